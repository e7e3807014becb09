"""Static INT8 quantisation of an ONNX model in QDQ form: scales from pictures, weights as integers in the file."""
import copy

import numpy as np
import onnx
from onnx import helper, numpy_helper

import graph

# Weights take 7 bits of their 8. On x86 processors without VNNI instructions ONNX Runtime adds two products of an input (0 to 255) and
# a weight in 16 bits with a sign. 2 * 255 * 127 is beyond 32,767 and is cut to it, which cost the edge model five points of
# accuracy on such processors and none on others. 2 * 255 * 64 fits, so that every processor gives the same sums.
LOWEST_WEIGHT, HIGHEST_WEIGHT = -64, 63
HIGHEST_INPUT = 255
# A channel that training has switched off has no range of its own.
SMALLEST_SCALE = np.float32(1e-8)


def quantised(model, images):
    """
    A copy of a float model in which every convolution and linear layer takes its input in 8 bits (one scale, from the range seen
    on the images) and its weights in 7 (one scale for each output channel, which PyTorch's exports have first).
    Images: uint8 [N,1,H,W].
    """
    observed = graph.values(model, images)
    result = copy.deepcopy(model)
    del result.graph.node[:]
    for node in model.graph.node:
        if node.op_type in ('Conv', 'Gemm'):
            node = copy.deepcopy(node)
            source, weight = node.input[0], node.input[1]
            node.input[0] = quantised_input(result.graph, node.name, source, observed[source].numpy())
            node.input[1] = quantised_weight(result.graph, node.name, weight, observed[weight].numpy())
        result.graph.node.append(node)
    drop_unused(result.graph)
    onnx.checker.check_model(result)
    return result


def quantised_input(target, layer, source, seen):
    low, high = min(0.0, float(seen.min())), max(0.0, float(seen.max()))
    scale = np.float32(max((high - low) / HIGHEST_INPUT, SMALLEST_SCALE))
    parameters = [constant(target, f'{layer}/input_scale', scale),
                  constant(target, f'{layer}/input_zero', np.uint8(round(-low / scale)))]
    integers = append(target, 'QuantizeLinear', [source, *parameters], f'{layer}/input_integers')
    return append(target, 'DequantizeLinear', [integers, *parameters], f'{layer}/input')


def quantised_weight(target, layer, name, weight):
    scale = np.maximum(np.abs(weight.reshape(len(weight), -1)).max(1) / HIGHEST_WEIGHT, SMALLEST_SCALE)
    integers = np.rint(weight / scale.reshape([-1] + [1] * (weight.ndim - 1)))
    stored = constant(target, f'{name}_int8', np.clip(integers, LOWEST_WEIGHT, HIGHEST_WEIGHT).astype(np.int8))
    parameters = [constant(target, f'{layer}/weight_scale', scale),
                  constant(target, f'{layer}/weight_zero', np.zeros(len(weight), np.int8))]
    return append(target, 'DequantizeLinear', [stored, *parameters], f'{layer}/weight', axis=0)


def constant(target, name, value):
    target.initializer.append(numpy_helper.from_array(np.asarray(value), name))
    return name


def append(target, operator, inputs, output, **attributes):
    target.node.append(helper.make_node(operator, inputs, [output], name=f'{output}/{operator}', **attributes))
    return output


def drop_unused(target):
    used = {name for node in target.node for name in node.input}
    for initializer in [i for i in target.initializer if i.name not in used]:
        target.initializer.remove(initializer)
