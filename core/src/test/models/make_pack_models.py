#!/usr/bin/python3
"""Makes the ONNX files that `tiergate model` and the reader of ONNX files are tested with.

    apt-get install python3-onnx
    /usr/bin/python3 core/src/test/models/make_pack_models.py

writes core/src/test/resources/onnx/. The same script gives the same bytes at every run. The models are as small as they can
be; their weights are constants that leave the answers easy to work out:

    grey-nchw        logits = sums of the image's rows, FP32 [-1, 1, 3, 4] -> [-1, 3]
    rgb-nhwc         logits = sums of the image's channels, FP32 [-1, 2, 2, 3] -> [-1, 3]
    bytes-nchw       as grey-nchw, for UINT8 [-1, 1, 3, 4]
    softmax          softmax(x), FP32 [-1, 4]
    softmax-cast     the same through FP64 and back, with an Identity behind it
    sigmoid          sigmoid(x), FP32 [-1, 4]: probabilities that do not sum to one
    one-logit        x[0] + x[1], FP32 [-1, 2] -> [-1, 1]: two classes by the sign
    two-inputs       a + b, both FP32 [-1, 4]
    two-outputs      logits = x, features = x twice, FP32 [-1, 4]
    argmax           the index of the greatest of x, INT64
    fixed-batch      x, FP32 [1, 4]
    false-batch      says that its batch is free, but reshapes to [1, 4]
    free-classes     x, FP32 [-1, -1]
    external         x + b, where b lies in external.onnx.data

and those that ONNX Runtime does not load:

    new-opset        asks for version 99 of the standard operators
    new-ir           is written in version 99 of the file format
    custom-operator  uses Polish, an operator of the domain com.example
    unknown-operator uses Polish, as if the standard knew it
    missing-data     external, without its data
    truncated        the first half of softmax
    no-model         three lines of text
    zipped           begins as a zip archive does
"""
import shutil
from pathlib import Path

from onnx import TensorProto, helper

TARGET = Path(__file__).resolve().parents[1] / "resources" / "onnx"
FLOAT = TensorProto.FLOAT


def value(name, sizes, element_type=FLOAT):
    return helper.make_tensor_value_info(name, element_type, sizes)


def model(nodes, inputs, outputs, constants=(), opsets=(("", 13),), ir_version=8):
    graph = helper.make_graph(nodes, "graph", inputs, outputs, list(constants))
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid(*opset) for opset in opsets],
                             producer_name="make_pack_models", producer_version="1")
    made.ir_version = ir_version
    return made.SerializeToString(deterministic=True)


def one_node(operator, output="y", sizes=("n", 4), **attributes):
    return model([helper.make_node(operator, ["x"], [output], **attributes)],
                 [value("x", ["n", 4])], [value(output, list(sizes))])


def integers(name, *values):
    return helper.make_tensor(name, TensorProto.INT64, [len(values)], values)


def sums(sizes, axes, element_type=FLOAT):
    source, cast = ("images", []) if element_type == FLOAT else (
        "numbers", [helper.make_node("Cast", ["images"], ["numbers"], to=FLOAT)])
    nodes = cast + [helper.make_node("ReduceSum", [source, "axes"], ["logits"], keepdims=0)]
    return model(nodes, [value("images", sizes, element_type)], [value("logits", ["n", 3])], [integers("axes", *axes)])


def softmax_cast():
    return model([helper.make_node("Softmax", ["x"], ["a"]), helper.make_node("Cast", ["a"], ["b"], to=TensorProto.DOUBLE),
                  helper.make_node("Cast", ["b"], ["c"], to=FLOAT), helper.make_node("Identity", ["c"], ["y"])],
                 [value("x", ["n", 4])], [value("y", ["n", 4])])


def one_logit():
    return model([helper.make_node("ReduceSum", ["x", "axes"], ["logit"], keepdims=1)],
                 [value("x", ["n", 2])], [value("logit", ["n", 1])], [integers("axes", 1)])


def two_inputs():
    return model([helper.make_node("Add", ["a", "b"], ["logits"])],
                 [value("a", ["n", 4]), value("b", ["n", 4])], [value("logits", ["n", 4])])


def two_outputs():
    return model([helper.make_node("Identity", ["x"], ["logits"]),
                  helper.make_node("Concat", ["x", "x"], ["features"], axis=1)],
                 [value("x", ["n", 4])], [value("logits", ["n", 4]), value("features", ["n", 8])])


def argmax():
    return model([helper.make_node("ArgMax", ["x"], ["label"], axis=1, keepdims=0)],
                 [value("x", ["n", 4])], [value("label", ["n"], TensorProto.INT64)])


def fixed_batch():
    return model([helper.make_node("Identity", ["x"], ["logits"])],
                 [value("x", [1, 4])], [value("logits", [1, 4])])


def false_batch():
    # The shape is worked out at each run: from a constant ONNX Runtime would see the truth.
    nodes = [helper.make_node("Shape", ["x"], ["size"]), helper.make_node("Mul", ["size", "none"], ["nothing"]),
             helper.make_node("Add", ["nothing", "wanted"], ["shape"]), helper.make_node("Reshape", ["x", "shape"], ["logits"])]
    return model(nodes, [value("x", ["n", 4])], [value("logits", ["n", 4])],
                 [integers("none", 0, 0), integers("wanted", 1, 4)])


def free_classes():
    return model([helper.make_node("Identity", ["x"], ["logits"])],
                 [value("x", ["n", "classes"])], [value("logits", ["n", "classes"])])


def external():
    far = TensorProto(name="b", data_type=FLOAT, dims=[4], data_location=TensorProto.EXTERNAL)
    for key, text in (("location", "external.onnx.data"), ("offset", "0"), ("length", "16")):
        far.external_data.add(key=key, value=text)
    return model([helper.make_node("Add", ["x", "b"], ["logits"])],
                 [value("x", ["n", 4])], [value("logits", ["n", 4])], [far])


def custom_operator():
    return model([helper.make_node("Polish", ["x"], ["y"], domain="com.example")],
                 [value("x", ["n", 4])], [value("y", ["n", 4])], opsets=(("", 13), ("com.example", 1)))


def with_version(**changes):
    return model([helper.make_node("Identity", ["x"], ["y"])], [value("x", ["n", 4])], [value("y", ["n", 4])], **changes)


def files():
    softmax = one_node("Softmax")
    yield "grey-nchw.onnx", sums(["n", 1, 3, 4], [1, 3])
    yield "bytes-nchw.onnx", sums(["n", 1, 3, 4], [1, 3], TensorProto.UINT8)
    yield "rgb-nhwc.onnx", sums(["n", 2, 2, 3], [1, 2])
    yield "softmax.onnx", softmax
    yield "softmax-cast.onnx", softmax_cast()
    yield "sigmoid.onnx", one_node("Sigmoid")
    yield "one-logit.onnx", one_logit()
    yield "two-inputs.onnx", two_inputs()
    yield "two-outputs.onnx", two_outputs()
    yield "argmax.onnx", argmax()
    yield "fixed-batch.onnx", fixed_batch()
    yield "false-batch.onnx", false_batch()
    yield "free-classes.onnx", free_classes()
    yield "external.onnx", external()
    yield "external.onnx.data", b"\0" * 16
    yield "new-opset.onnx", with_version(opsets=(("", 99),))
    yield "new-ir.onnx", with_version(ir_version=99)
    yield "custom-operator.onnx", custom_operator()
    yield "unknown-operator.onnx", one_node("Polish")
    yield "missing-data.onnx", external().replace(b"external.onnx.data", b"nowhere.onnx.bytes")
    yield "truncated.onnx", softmax[:len(softmax) // 2]
    yield "no-model.onnx", b"This is\nno model\nat all.\n"
    yield "zipped.onnx", b"PK\x03\x04 and so on, as a checkpoint of PyTorch begins\n"


def main():
    if TARGET.exists():
        shutil.rmtree(TARGET)
    TARGET.mkdir(parents=True)
    for name, content in files():
        (TARGET / name).write_bytes(content)


if __name__ == "__main__":
    main()
