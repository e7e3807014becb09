#!/usr/bin/python3
"""Makes the ONNX models by which tensors of unsigned integers come into being.

    apt-get install python3-onnx
    /usr/bin/python3 core/src/main/models/make_casts.py

writes core/src/main/resources/io/tiergate/runtime/uint16.onnx and so on: a single Cast from the signed type of the same width, for any
shape. io.tiergate.runtime.UnsignedCasts says what for. The same script gives the same bytes at every run.
"""
from pathlib import Path

from onnx import TensorProto, helper

TARGET = Path(__file__).resolve().parents[1] / "resources" / "io" / "tiergate" / "runtime"
TYPES = {"uint16": (TensorProto.INT16, TensorProto.UINT16), "uint32": (TensorProto.INT32, TensorProto.UINT32),
         "uint64": (TensorProto.INT64, TensorProto.UINT64)}


def cast(signed, unsigned):
    graph = helper.make_graph([helper.make_node("Cast", ["signed"], ["unsigned"], to=unsigned)], "cast",
                              [helper.make_tensor_value_info("signed", signed, None)],
                              [helper.make_tensor_value_info("unsigned", unsigned, None)])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="make_casts")
    made.ir_version = 8
    return made.SerializeToString(deterministic=True)


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, (signed, unsigned) in TYPES.items():
        (TARGET / f"{name}.onnx").write_bytes(cast(signed, unsigned))


if __name__ == "__main__":
    main()
