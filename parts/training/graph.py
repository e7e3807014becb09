"""
Works an ONNX file out node by node, as the standard defines its operators: those that the models here use. Integers are rounded,
never cut, so the figures of a quantised model are the same on every processor.
"""
import numpy as np
import torch
from onnx import helper, numpy_helper
from torch.nn import functional

BATCH = 500


def conv(x, weight, bias, kernel_shape, strides, pads, dilations, group):
    return functional.conv2d(x, weight, bias, strides, pads[:2], dilations, group)


def max_pool(x, kernel_shape, strides, pads, ceil_mode):
    return functional.max_pool2d(x, kernel_shape, strides, pads[:2], ceil_mode=bool(ceil_mode))


def gemm(a, b, c, alpha, beta, transB):
    return alpha * a @ (b.T if transB else b) + beta * c


def quantize_linear(x, scale, zero):
    limits = torch.iinfo(zero.dtype)
    return (torch.round(x / scale) + zero).clamp(limits.min, limits.max).to(zero.dtype)


def dequantize_linear(x, scale, zero, axis=1):
    along = [-1 if i == axis and scale.ndim else 1 for i in range(x.ndim)]
    return (x.float() - zero.reshape(along)) * scale.reshape(along)


OPERATORS = {
    'Add': torch.add,
    'Concat': lambda *parts, axis: torch.cat(parts, axis),
    'Constant': lambda value: tensor(value),
    'Conv': conv,
    'DequantizeLinear': dequantize_linear,
    'Gemm': gemm,
    'MaxPool': max_pool,
    'Mul': torch.mul,
    'QuantizeLinear': quantize_linear,
    'ReduceMax': lambda x, axes, keepdims: x.amax(axes, bool(keepdims)),
    'ReduceMean': lambda x, axes, keepdims: x.mean(axes, bool(keepdims)),
    'Relu': torch.relu,
    'Sigmoid': torch.sigmoid,
    'Unsqueeze': lambda x, axis: x.unsqueeze(int(axis)),
}


def tensor(stored):
    return torch.from_numpy(numpy_helper.to_array(stored).copy())


def values(model, images):
    """Every tensor of a model by its name; images: uint8 [N,1,H,W], scaled to 0..1 first."""
    known = {initializer.name: tensor(initializer) for initializer in model.graph.initializer}
    known[model.graph.input[0].name] = torch.from_numpy(images).float() / 255
    for node in model.graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        known[node.output[0]] = OPERATORS[node.op_type](*[known[name] for name in node.input], **attributes)
    return known


def answers(model, images):
    """The model's first output for all images, as a float array."""
    output = model.graph.output[0].name
    return np.concatenate([values(model, images[i:i + BATCH])[output].numpy() for i in range(0, len(images), BATCH)])
