"""The networks. All take images as float [N,1,H,W], byte / 255, and answer with logits [N,classes]."""
import torch
from torch import nn

CLASSES = ['ok', 'scratch', 'dent', 'crack', 'pit', 'stain']
EMBEDDING = 64


def conv(inputs, outputs, size=3, stride=1, groups=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False),
                         nn.BatchNorm2d(outputs), nn.ReLU())


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = conv(channels, channels)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return torch.relu(x + self.second(self.first(x)))


class SqueezeExcite(nn.Module):
    """Lets the whole picture turn single channels up or down."""

    def __init__(self, channels):
        super().__init__()
        self.gate = nn.Sequential(nn.Linear(channels, channels // 4), nn.ReLU(),
                                  nn.Linear(channels // 4, channels), nn.Sigmoid())

    def forward(self, x):
        return x * self.gate(x.mean((2, 3)))[:, :, None, None]


class Summary(nn.Module):
    """Mean and maximum of each channel: a defect is a rare event somewhere, its place does not matter."""

    def forward(self, x):
        return torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)


def head(channels, dropout=0.0):
    return nn.Sequential(Summary(), nn.Dropout(dropout), nn.Linear(2 * channels, len(CLASSES)))


def edge():
    return nn.Sequential(conv(1, 8, 3, 2), conv(8, 14, 3, 2), conv(14, 22), nn.MaxPool2d(2), conv(22, 28), head(28))


def residual():
    return nn.Sequential(conv(1, 16), nn.MaxPool2d(2), conv(16, 24), nn.MaxPool2d(2), conv(24, 48), Residual(48),
                         nn.MaxPool2d(2), conv(48, 96), Residual(96), head(96, 0.2))


def plain():
    return nn.Sequential(conv(1, 12), nn.MaxPool2d(2), conv(12, 24), conv(24, 24), nn.MaxPool2d(2), conv(24, 48),
                         conv(48, 48), nn.MaxPool2d(2), conv(48, 96), head(96, 0.2))


def grouped():
    return nn.Sequential(conv(1, 16, 5), nn.MaxPool2d(2), conv(16, 32), nn.MaxPool2d(2), conv(32, 64),
                         conv(64, 64, 3, 1, 4), SqueezeExcite(64), nn.MaxPool2d(2), conv(64, 96),
                         conv(96, 96, 3, 1, 4), SqueezeExcite(96), head(96, 0.2))


class Split(nn.Module):
    """
    An edge network that answers early, with an edge model's few channels, and computes on to an embedding from which the
    members of the ensemble answer: they never see the picture.
    """

    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(conv(1, 8, 3, 2), conv(8, 14, 3, 2))
        self.early = nn.Sequential(conv(14, 22), nn.MaxPool2d(2), conv(22, 28), head(28))
        self.late = nn.Sequential(conv(1, 8), nn.MaxPool2d(2), conv(8, 12), nn.MaxPool2d(2), conv(12, 24), conv(24, 24),
                                  nn.MaxPool2d(2), conv(24, 32), Summary(), nn.Linear(64, EMBEDDING))
        self.members = nn.ModuleList([member(64, 0.0), member(128, 0.1), member(192, 0.2)])

    def embed(self, x):
        return self.late(x)

    def answer(self, x):
        return self.early(self.trunk(x))


class SplitEdge(nn.Module):
    """What of a split network stays at the edge: logits and embedding."""

    def __init__(self, split):
        super().__init__()
        self.split = split

    def forward(self, x):
        return self.split.answer(x), self.split.embed(x)


def member(width, dropout):
    return nn.Sequential(nn.ReLU(), nn.Linear(EMBEDDING, width), nn.ReLU(), nn.Dropout(dropout),
                         nn.Linear(width, len(CLASSES)))
