"""Writes test/fixtures/augmentation.json: small images, and what SciPy and Pillow make of them.

The augmentation tests hold TensorFlow's results against it. Needs numpy, scipy and pillow (made with
2.4, 1.17 and 13.0):

    python -m pip install numpy scipy pillow && python scripts/make-augmentation-fixture.py
"""

import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance
from scipy import ndimage

TARGET = Path(__file__).parents[1] / "test" / "fixtures" / "augmentation.json"
HEIGHT, WIDTH = 7, 9

# TensorFlow's names of what is beyond the edge, and SciPy's.
MODES = {0: "grid-constant", 0.5: "grid-constant", "nearest": "nearest", "reflect": "reflect"}


def moved(image, options):
    """The image sheared and scaled, turned, then moved, about its centre, by linear interpolation."""
    angle, lean = np.radians([options.get("degrees", 0), options.get("shear", 0)])
    scale = options.get("scale", 1)
    right, down = options.get("translate", [0, 0])
    # Places are (row, column) and rows go down: anticlockwise is from right (0, 1) to up (-1, 0).
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shear = np.array([[1, 0], [-np.tan(lean), 1]])
    back = np.linalg.inv(turn @ shear * scale)
    centre = (np.array(image.shape) - 1) / 2
    move = np.array([down * image.shape[0], right * image.shape[1]])
    fill = options.get("fill", 0)
    return ndimage.affine_transform(
        image,
        back,
        offset=centre - back @ (centre + move),
        order=1,
        mode=MODES[fill],
        cval=0 if isinstance(fill, str) else fill,
    )


def turned(image, degrees):
    """The image turned by SciPy's own idea of an angle: anticlockwise, in degrees."""
    return ndimage.rotate(image, degrees, reshape=False, order=1, mode="grid-constant")


def enhanced(enhancement, picture, factor):
    return {
        "factor": factor,
        "expected": listed(np.asarray(enhancement(picture).enhance(factor)) / 255),
    }


def listed(array):
    return np.asarray(array, np.float64).round(6).tolist()


def main():
    random = np.random.default_rng(1)
    image = random.integers(0, 256, (HEIGHT, WIDTH)).astype(np.float64) / 255
    square = random.integers(0, 256, (6, 6)).astype(np.uint8)
    picture = Image.fromarray(square)
    options = [
        {"degrees": 30},
        {"degrees": -100},
        {"translate": [0.25, -0.1]},
        {"scale": 0.7},
        {"scale": 1.6},
        {"shear": 20},
        {"degrees": 12, "translate": [-0.1, 0.2], "scale": 1.2, "shear": -15},
        {"degrees": 25, "scale": 0.8, "fill": 0.5},
        {"degrees": 40, "fill": "nearest"},
        {"degrees": 40, "translate": [0.2, 0.2], "fill": "reflect"},
    ]
    # Pillow is told where each pixel comes from.
    translated = picture.transform((6, 6), Image.AFFINE, (1, 0, -2, 0, 1, -1))
    fixture = {
        "image": listed(image),
        "affine": [{"options": each, "expected": listed(moved(image, each))} for each in options],
        "rotate": [
            {"degrees": degrees, "expected": listed(turned(image, degrees))}
            for degrees in (1, 15, 90, -30, 180)
        ],
        "pillow": {
            "image": listed(square / 255),
            "rotate": [
                {"degrees": degrees, "expected": listed(np.asarray(picture.rotate(degrees)) / 255)}
                for degrees in (90, 180, -90)
            ],
            "translate": {
                "right": 2,
                "down": 1,
                "expected": listed(np.asarray(translated) / 255),
            },
            "brightness": [enhanced(ImageEnhance.Brightness, picture, x) for x in (0.6, 1.5)],
            "contrast": [enhanced(ImageEnhance.Contrast, picture, x) for x in (0.6, 1.5)],
        },
    }
    TARGET.write_text(json.dumps(fixture) + "\n")
    print(TARGET)


if __name__ == "__main__":
    main()
