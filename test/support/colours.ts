/** How colours look: their contrast, and how far apart they are for people who see colours differently. */

/** Linear red, green and blue, 0 to 1. */
type Light = readonly [number, number, number];

/**
 * Vision without one of the three kinds of cones. Source: Machado, Oliveira and Fernandes, "A Physiologically-based
 * Model for Simulation of Color Vision Deficiency" (2009), severity 1.
 */
const visions: Record<string, readonly Light[]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function times(matrix: readonly Light[], [x, y, z]: Light): Light {
  const [first, second, third] = matrix.map((row) => row[0] * x + row[1] * y + row[2] * z);
  return [first, second, third];
}

/** Returns the light of a colour such as `#3f90da`. */
function light(colour: string): Light {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return [red, green, blue];
}

/** Returns the contrast of two colours as WCAG 2 defines it, 1 to 21. */
export function contrast(first: string, second: string): number {
  const [low, high] = [first, second]
    .map(light)
    .map(([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
    .sort((one, other) => one - other);
  return high / low;
}

/** Returns lightness and the two hues of OKLab, in percent. Source: Ottosson, "A perceptual color space" (2020). */
function perceived(seen: Light): Light {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    seen,
  );
  const [long, middle, short] = cones.map((value) => 100 * Math.cbrt(value));
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    [long, middle, short],
  );
}

/** Returns the distance of two colours for those who can tell them apart least; 2 is just noticeable. */
export function leastDistance(first: string, second: string): number {
  const distances = Object.values(visions).map((vision) => {
    const [one, other] = [first, second].map((colour) =>
      perceived(
        times(vision, light(colour)).map((part) => Math.min(1, Math.max(0, part))) as never,
      ),
    );
    return Math.hypot(...one.map((part, index) => part - other[index]));
  });
  return Math.min(...distances);
}
