"""Static INT8 quantisation in QDQ form: scales from calibration images, fake quantisation in torch, integers in the file."""
import copy

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.fx.experimental import optimization


class Quantised(nn.Module):
    """A convolution or linear layer whose input is rounded to 8 bits (one scale) and whose weights are (one scale a channel)."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.low, self.high, self.frozen = 0.0, 0.0, False

    def freeze(self):
        weight = self.layer.weight.detach()
        self.weight_scale = (weight.flatten(1).abs().amax(1) / 127).clamp(min=1e-8)
        self.weight_zero = torch.zeros(len(weight), dtype=torch.int32)
        self.scale = max((self.high - self.low) / 255, 1e-8)
        self.zero = int(round(-self.low / self.scale))
        self.frozen = True

    def forward(self, x):
        if not self.frozen:
            self.low, self.high = min(self.low, float(x.min())), max(self.high, float(x.max()))
            return self.layer(x)
        x = torch.fake_quantize_per_tensor_affine(x, self.scale, self.zero, 0, 255)
        weight = torch.fake_quantize_per_channel_affine(self.layer.weight, self.weight_scale, self.weight_zero, 0, -128, 127)
        if isinstance(self.layer, nn.Linear):
            return nn.functional.linear(x, weight, self.layer.bias)
        return nn.functional.conv2d(x, weight, self.layer.bias, self.layer.stride, self.layer.padding,
                                    groups=self.layer.groups)


def quantised(model, images):
    """A copy of a trained model with batch normalisation folded in and every layer quantised; images: float [N,1,H,W]."""
    model = optimization.fuse(copy.deepcopy(model).eval())
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, (nn.Conv2d, nn.Linear)):
                setattr(parent, name, Quantised(child))
    with torch.no_grad():
        for i in range(0, len(images), 256):
            model(images[i:i + 256])
    for module in model.modules():
        if isinstance(module, Quantised):
            module.freeze()
    return model


def store_integers(path):
    """Replaces float weights that are quantised on loading by the integers themselves, which take a quarter of the space."""
    model = onnx.load(path)
    graph = model.graph
    arrays = {i.name: i for i in graph.initializer}
    constants = {n.output[0]: n for n in graph.node if n.op_type == 'Constant'}

    def value(name):
        holder = arrays.get(name) or (constants[name].attribute[0].t if name in constants else None)
        return None if holder is None else numpy_helper.to_array(holder)

    for node in [n for n in graph.node if n.op_type == 'QuantizeLinear']:
        weight = value(node.input[0])
        if weight is None:
            continue
        scale = value(node.input[1]).reshape([-1] + [1] * (weight.ndim - 1))
        integers = np.clip(np.rint(weight / scale), -128, 127).astype(np.int8)
        name = node.output[0] + '_int8'
        graph.initializer.append(numpy_helper.from_array(integers, name))
        for user in graph.node:
            for i, used in enumerate(user.input):
                if used == node.output[0]:
                    user.input[i] = name
        graph.node.remove(node)
    used = {name for node in graph.node for name in node.input}
    for initializer in [i for i in graph.initializer if i.name not in used]:
        graph.initializer.remove(initializer)
    onnx.checker.check_model(model)
    onnx.save(model, path)
