#!/usr/bin/python3
"""Classifies one sample and follows it until nothing about its answer can change any more.

    apt-get install python3-grpcio python3-grpc-tools
    ./tiergate demo --keep                                   # in another terminal
    /usr/bin/python3 examples/python/classify.py --model parts-edge

Speaks the Open Inference Protocol for the answer, as any client of Triton or KServe would, and Tiergate's own API for the verdict.
Without --images a uniformly grey picture is sent, which no model should be sure about.
"""
import argparse
import gzip
import struct
import sys
import tempfile
from pathlib import Path

import grpc
from grpc_tools import protoc

PROTOS = Path(__file__).resolve().parents[2] / "proto" / "src" / "main" / "proto"


def load_stubs():
    """Generates the Python classes from the .proto files; an application would do that once, in its build."""
    target = tempfile.mkdtemp(prefix="tiergate-stubs-")
    files = ["inference/open_inference.proto", "tiergate/v1/types.proto", "tiergate/v1/tiered_inference.proto"]
    # Google's own .proto files come with the compiler.
    wellknown = Path(protoc.__file__).parent / "_proto"
    if protoc.main(["protoc", f"-I{PROTOS}", f"-I{wellknown}", f"--python_out={target}", f"--grpc_python_out={target}", *files]) != 0:
        sys.exit("the .proto files could not be compiled")
    sys.path.insert(0, target)


def image(file, index):
    """One picture of a gzip IDX file, as bytes."""
    with gzip.open(file) as data:
        magic, count, rows, columns = struct.unpack(">IIII", data.read(16))
        if magic != 2051 or index >= count:
            sys.exit(f"{file}: no picture {index} (it has {count}, magic {magic}; expected: gzip IDX of unsigned bytes)")
        data.seek(16 + index * rows * columns)
        return data.read(rows * columns)


def tensor(declared, pixels):
    """Shape and raw content for an input, from pixels or, without them, all grey."""
    shape = [1 if size < 0 else size for size in declared.shape]
    elements = 1
    for size in shape:
        elements *= size
    if pixels is None:
        pixels = bytes([128]) * elements
    if len(pixels) != elements:
        sys.exit(f"{declared.name}: {len(pixels)} pixels (expected: {elements}, for shape {shape})")
    if declared.datatype == "UINT8":
        return shape, pixels
    return shape, struct.pack(f"<{elements}f", *(pixel / 255 for pixel in pixels))


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--address", default="localhost:9000")
    options.add_argument("--model", required=True)
    options.add_argument("--images", help="a gzip IDX file")
    options.add_argument("--index", type=int, default=0)
    options.add_argument("--patience", type=float, default=30, help="seconds to follow an escalated sample")
    chosen = options.parse_args()

    load_stubs()
    from inference import open_inference_pb2 as protocol
    from inference import open_inference_pb2_grpc as protocol_grpc
    from tiergate.v1 import tiered_inference_pb2 as tiered
    from tiergate.v1 import tiered_inference_pb2_grpc as tiered_grpc

    with grpc.insecure_channel(chosen.address) as channel:
        client = protocol_grpc.GRPCInferenceServiceStub(channel)
        declared = client.ModelMetadata(protocol.ModelMetadataRequest(name=chosen.model)).inputs[0]
        shape, content = tensor(declared, image(chosen.images, chosen.index) if chosen.images else None)
        response = client.ModelInfer(protocol.ModelInferRequest(
            model_name=chosen.model,
            inputs=[protocol.ModelInferRequest.InferInputTensor(
                name=declared.name, datatype=declared.datatype, shape=shape)],
            raw_input_contents=[content]))
        answer = {key: value.string_param for key, value in response.parameters.items()}
        print(f"{answer['tiergate.decision']}: {answer['tiergate.label']}, confidence {float(answer['tiergate.confidence']):.3f}"
              f" ({answer['tiergate.reason']})")
        escalation = answer.get("tiergate.escalation_id")
        if not escalation:
            return
        watch = tiered_grpc.TieredInferenceStub(channel).WatchVerdicts(
            tiered.WatchVerdictsRequest(), timeout=chosen.patience)
        try:
            for event in watch:
                if event.escalation.escalation_id == escalation:
                    state = tiered.EscalationState.Name(event.escalation.state).replace("ESCALATION_STATE_", "")
                    print(f"{state}: {event.escalation.verdict.label or event.escalation.reason}")
                    return
        except grpc.RpcError as failure:
            if failure.code() != grpc.StatusCode.DEADLINE_EXCEEDED:
                raise
            print(f"no verdict within {chosen.patience:.0f} s; ask again with GetVerdict({escalation})")


if __name__ == "__main__":
    try:
        main()
    except grpc.RpcError as problem:
        sys.exit(f"{problem.code().name}: {problem.details()}")
