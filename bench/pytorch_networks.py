"""The networks of lib/network.ts, as PyTorch's users would write them."""

import torch
from torch import nn

CLASSES = 10
activations = {"relu": nn.ReLU, "gelu": nn.GELU, "swish": nn.SiLU}


def convolution(inputs, outputs, size=3, stride=1):
    layer = nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)
    # As TensorFlow.js draws it: a normal distribution that is cut off at two deviations, and not widened for that.
    deviation = (2 / (inputs * size * size)) ** 0.5
    nn.init.trunc_normal_(layer.weight, std=deviation, a=-2 * deviation, b=2 * deviation)
    return layer


def normalization(features, scale=True):
    layer = nn.BatchNorm2d(features, eps=1e-5, momentum=0.1)
    layer.weight.requires_grad_(scale)
    return layer


def dense(inputs):
    layer = nn.Linear(inputs, CLASSES)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


class Residual(nn.Module):
    """Adds what `changed` makes of the input to the input, or to what `shortcut` makes of it."""

    def __init__(self, changed, before=None, shortcut=None):
        super().__init__()
        self.before = before or nn.Identity()
        self.shortcut = shortcut
        self.changed = nn.Sequential(*changed)

    def forward(self, x):
        prepared = self.before(x)
        shortcut = x if self.shortcut is None else self.shortcut(prepared)
        return self.changed(prepared) + shortcut


class Scale(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return x * self.factor


def plain(recipe, channels):
    layers, inputs = [], channels
    for outputs in recipe["widths"]:
        for _ in range(recipe["convolutions"]):
            layers += [convolution(inputs, outputs), normalization(outputs), nn.ReLU()]
            inputs = outputs
        layers.append(nn.MaxPool2d(2))
    return layers + [nn.AdaptiveAvgPool2d(1), nn.Flatten(), dense(inputs)]


def airbench(recipe, channels):
    activation, scale = activations[recipe["activation"]], recipe.get("scale", True)
    layers, inputs = [], channels
    if "whitening" in recipe:
        layers, inputs = whitening(recipe["whitening"]) + [activation()], 2 * recipe["whitening"] ** 2
    for outputs in recipe["widths"]:
        layers += [convolution(inputs, outputs), nn.MaxPool2d(2), normalization(outputs, scale), activation()]
        further = []
        for _ in range(recipe["convolutions"] - 1):
            further += [convolution(outputs, outputs), normalization(outputs, scale), activation()]
        layers += passed(further, recipe)
        inputs = outputs
    if recipe.get("identity"):
        pass_inputs_on(layers)
    head = [nn.AdaptiveMaxPool2d(1), nn.Flatten(), dense(inputs)]
    return layers + head + ([Scale(recipe["logitScale"])] if "logitScale" in recipe else [])


def passed(further, recipe):
    """With three convolutions a shortcut leads past the last two."""
    if recipe["convolutions"] < 3:
        return further
    if recipe.get("joinBeforeActivation"):
        return [Residual(further[:-1]), further[-1]]
    return [Residual(further)]


def whitening(size):
    """A fixed convolution without padding; `set_whitening` gives it its kernel."""
    layer = nn.Conv2d(1, 2 * size**2, size, bias=False)
    layer.weight.requires_grad_(False)
    return [layer]


def set_whitening(layer, images):
    """The principal directions of the patches of normalised images, divided by the deviation along them."""
    size = layer.kernel_size[0]
    patches = images.unfold(2, size, 1).unfold(3, size, 1).reshape(-1, size**2)
    variances, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
    filters = (vectors / (variances + 5e-4).sqrt()).T.view(-1, 1, size, size)
    layer.weight.data = torch.cat([filters, -filters]).to(layer.weight)


def pass_inputs_on(layers):
    """Convolutions begin by passing on as many of their inputs as they can, unchanged."""
    for layer in nn.Sequential(*layers).modules():
        if isinstance(layer, nn.Conv2d) and layer.weight.requires_grad:
            count = min(layer.weight.shape[:2])
            nn.init.dirac_(layer.weight.data[:count])


def wide_residual(recipe, channels):
    layers, inputs = [convolution(channels, 16)], 16
    for stage in range(3):
        outputs = 16 * 2**stage * recipe["width"]
        for index in range((recipe["depth"] - 4) // 6):
            stride = 2 if stage > 0 and index == 0 else 1
            layers.append(
                Residual(
                    before=nn.Sequential(normalization(inputs), nn.ReLU()),
                    changed=[
                        convolution(inputs, outputs, stride=stride),
                        normalization(outputs),
                        nn.ReLU(),
                        convolution(outputs, outputs),
                    ],
                    shortcut=None if inputs == outputs else convolution(inputs, outputs, 1, stride),
                )
            )
            inputs = outputs
    layers += [normalization(inputs), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return layers + [dense(inputs)]


class Normalized(nn.Module):
    """The network, on pixels from 0 to 1."""

    def __init__(self, layers, mean, deviation):
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.mean, self.deviation = mean, deviation

    def forward(self, x):
        return self.layers((x - self.mean) / self.deviation)


kinds = {"plain": plain, "airbench": airbench, "wide-residual": wide_residual}


def build(recipe, channels, mean, deviation):
    return Normalized(kinds[recipe["kind"]](recipe, channels), mean, deviation)


def trained(model):
    """The parameters that training moves."""
    return [parameter for parameter in model.parameters() if parameter.requires_grad]
