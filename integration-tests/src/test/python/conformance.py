#!/usr/bin/python3
"""Calls everything a gateway offers, with classes that another toolchain has generated from the .proto files.

    PYTHONPATH=STUBS /usr/bin/python3 conformance.py HOST:PORT

The gateway serves the tests' repository `tiny` and the models `any-shape` and `text` of `kinds`, may be told to load and unload models, and
has a cloud behind it. make_models.py works out what the models answer.
"""
import shlex
import struct
import sys
import unittest
import zlib
from pathlib import Path

import grpc
from google.protobuf import json_format, symbol_database
from inference import open_inference_pb2 as protocol
from inference import open_inference_pb2_grpc as protocol_grpc
from tiergate.v1 import tiered_inference_pb2 as tiered
from tiergate.v1 import tiered_inference_pb2_grpc as tiered_grpc
from tiergate.v1 import types_pb2 as types

API_PAGE = Path(__file__).resolve().parents[4] / "docs" / "api.md"

SECONDS = 60
SURE = [5, 0, 0, 0]
UNSURE = [1, 0, 0, 0]
FOR_A_PERSON = [1, 1, 1, 0]

# Datatype, struct's letter, typed field, and two values at the ends of the range.
NUMBERS = [
    ("BOOL", "?", "bool_contents", [False, True]),
    ("INT8", "b", "int_contents", [-2**7, 2**7 - 1]),
    ("INT16", "h", "int_contents", [-2**15, 2**15 - 1]),
    ("INT32", "i", "int_contents", [-2**31, 2**31 - 1]),
    ("INT64", "q", "int64_contents", [-2**63, 2**63 - 1]),
    ("UINT8", "B", "uint_contents", [0, 2**8 - 1]),
    ("UINT16", "H", "uint_contents", [0, 2**16 - 1]),
    ("UINT32", "I", "uint_contents", [0, 2**32 - 1]),
    ("UINT64", "Q", "uint64_contents", [0, 2**64 - 1]),
    ("FP32", "f", "fp32_contents", [-0.0, float("inf")]),
    ("FP64", "d", "fp64_contents", [5e-324, float("-inf")]),
]
TEXTS = [b"", "\N{GREEK SMALL LETTER MU}m".encode()]


def framed(texts):
    return b"".join(struct.pack("<I", len(text)) + text for text in texts)


def grey_png(pixels):
    """One row of grey pixels as a PNG file."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", len(pixels), 1, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" + bytes(pixels)))
            + chunk(b"IEND", b""))


def of_rows(model, *rows, **fields):
    request = protocol.ModelInferRequest(model_name=model, **fields)
    tensor = request.inputs.add(name="x", datatype="FP32", shape=[len(rows), 4])
    for row in rows:
        tensor.contents.fp32_contents.extend(row)
    return request


def sample(model, row, **options):
    tensor = tiered.InferRequest().inputs.add(name="x", datatype="FP32", shape=[1, 4], data=struct.pack("<4f", *row))
    return tiered.InferRequest(model_name=model, inputs=[tensor], options=tiered.InferOptions(**options))


class Conformance(unittest.TestCase):
    address = None

    def setUp(self):
        self.channel = grpc.insecure_channel(self.address)
        self.addCleanup(self.channel.close)
        self.client = protocol_grpc.GRPCInferenceServiceStub(self.channel)
        self.tiers = tiered_grpc.TieredInferenceStub(self.channel)

    def infer(self, request):
        return self.client.ModelInfer(request, timeout=SECONDS)

    def refuses(self, status, call, request, words):
        with self.assertRaises(grpc.RpcError) as refused:
            call(request, timeout=SECONDS)
        self.assertEqual(status, refused.exception.code())
        self.assertIn(words, refused.exception.details())


class OpenInferenceProtocol(Conformance):
    def test_server(self):
        self.assertTrue(self.client.ServerLive(protocol.ServerLiveRequest(), timeout=SECONDS).live)
        self.assertTrue(self.client.ServerReady(protocol.ServerReadyRequest(), timeout=SECONDS).ready)
        server = self.client.ServerMetadata(protocol.ServerMetadataRequest(), timeout=SECONDS)
        self.assertEqual("tiergate", server.name)
        self.assertIn("statistics", server.extensions)

    def test_model(self):
        self.assertTrue(self.client.ModelReady(protocol.ModelReadyRequest(name="tiny-edge"), timeout=SECONDS).ready)
        self.refuses(grpc.StatusCode.NOT_FOUND, self.client.ModelReady, protocol.ModelReadyRequest(name="nobody"), "nobody")
        metadata = self.client.ModelMetadata(protocol.ModelMetadataRequest(name="tiny-edge"), timeout=SECONDS)
        self.assertEqual([("x", "FP32", [-1, 4])], [(i.name, i.datatype, list(i.shape)) for i in metadata.inputs])
        config = self.client.ModelConfig(protocol.ModelConfigRequest(name="tiny-edge"), timeout=SECONDS).config
        self.assertEqual([("x", protocol.TYPE_FP32, [4])], [(i.name, i.data_type, list(i.dims)) for i in config.input])
        self.assertGreater(config.max_batch_size, 0)

    def test_statistics_count_samples(self):
        request = protocol.ModelStatisticsRequest(name="tiny-plain")

        def samples():
            return self.client.ModelStatistics(request, timeout=SECONDS).model_stats[0].inference_count

        before = samples()
        self.infer(of_rows("tiny-plain", SURE, UNSURE))
        self.assertEqual(before + 2, samples())

    def test_every_datatype_comes_back_as_it_went(self):
        raw = {name: struct.pack(f"<2{letter}", *values) for name, letter, _, values in NUMBERS}
        raw.update(FP16=bytes([1, 0, 255, 123]), BF16=bytes([1, 0, 127, 255]), BYTES=framed(TEXTS))
        asked = protocol.ModelInferRequest(model_name="any-shape", raw_input_contents=raw.values())
        for name in raw:
            asked.inputs.add(name=name.lower() + "_in", datatype=name, shape=[2])
        answer = self.infer(asked)
        self.assertEqual(raw, dict(zip((output.datatype for output in answer.outputs), answer.raw_output_contents)))

    def test_every_datatype_but_half_precision_has_a_typed_field(self):
        # Inputs are read in their order, so that the refusal of the last one says that all before it were taken.
        asked = protocol.ModelInferRequest(model_name="any-shape")
        for name, _, field, values in NUMBERS + [("BYTES", "", "bytes_contents", TEXTS)]:
            tensor = asked.inputs.add(name=name.lower() + "_in", datatype=name, shape=[2])
            getattr(tensor.contents, field).extend(values)
        asked.inputs.add(name="fp16_in", datatype="FP16", shape=[2]).contents.fp32_contents.extend([1, 2])
        self.refuses(grpc.StatusCode.INVALID_ARGUMENT, self.client.ModelInfer, asked, "fp16_in: datatype FP16 has no typed")

    def test_bytes_typed_and_raw(self):
        typed = protocol.ModelInferRequest(model_name="text")
        typed.inputs.add(name="text", datatype="BYTES", shape=[2]).contents.bytes_contents.extend([b"yes", b"no"])
        raw = protocol.ModelInferRequest(model_name="text", raw_input_contents=[framed([b"yes", b"no"])])
        raw.inputs.add(name="text", datatype="BYTES", shape=[2])
        for asked in (typed, raw):
            self.assertEqual([framed([b"good", b"bad"])], list(self.infer(asked).raw_output_contents))

    def test_classification_names_the_best_classes(self):
        asked = of_rows("tiny-edge", [5, 2, 0, 0])
        asked.outputs.add(name="logits").parameters["classification"].int64_param = 2
        answer = self.infer(asked)
        self.assertEqual("BYTES", answer.outputs[0].datatype)
        self.assertRegex(answer.raw_output_contents[0], rb"(?s)5\.0*:0:a.*2\.0*:1:b")

    def test_parameters_ask_and_answer(self):
        asked = of_rows("tiny-edge", SURE, UNSURE, id="parameters")
        asked.parameters["tiergate.escalation"].string_param = "never"
        asked.parameters["timeout"].int64_param = SECONDS * 1_000_000
        answer = self.infer(asked)
        self.assertEqual("parameters", answer.id)
        self.assertEqual("ACCEPTED,LOCAL_ONLY", answer.parameters["tiergate.decision"].string_param)
        self.assertEqual("a,a", answer.parameters["tiergate.label"].string_param)
        self.assertNotIn("tiergate.escalation_id", answer.parameters)
        asked.parameters["tiergate.escalation"].string_param = "perhaps"
        self.refuses(grpc.StatusCode.INVALID_ARGUMENT, self.client.ModelInfer, asked, "auto, never or always")

    def test_a_stream_answers_in_order_and_survives_a_failure(self):
        asked = [of_rows("nobody" if i == 1 else "tiny-plain", SURE, id=str(i)) for i in range(3)]
        answers = list(self.client.ModelStreamInfer(iter(asked), timeout=SECONDS))
        self.assertEqual(["0", "1", "2"], [answer.infer_response.id for answer in answers])
        self.assertEqual([False, True, False], [bool(answer.error_message) for answer in answers])

    def test_the_repository_follows_loading_and_unloading(self):
        def state():
            index = self.client.RepositoryIndex(protocol.RepositoryIndexRequest(), timeout=SECONDS)
            return next(model.state for model in index.models if model.name == "tiny-wide")

        self.assertEqual("READY", state())
        self.client.RepositoryModelUnload(protocol.RepositoryModelUnloadRequest(model_name="tiny-wide"), timeout=SECONDS)
        self.assertEqual("UNAVAILABLE", state())
        self.refuses(grpc.StatusCode.UNAVAILABLE, self.client.ModelInfer, of_rows("tiny-wide", SURE), "tiny-wide")
        self.client.RepositoryModelLoad(protocol.RepositoryModelLoadRequest(model_name="tiny-wide"), timeout=SECONDS)
        self.assertEqual("READY", state())


class TieredInference(Conformance):
    def infer_one(self, request):
        return self.tiers.Infer(request, timeout=SECONDS).results[0]

    def test_a_picture_is_classified(self):
        # The first pixel becomes 5, the others 0.
        result = self.infer_one(tiered.InferRequest(model_name="tiny-image", images=[grey_png([255, 0, 0, 0])]))
        self.assertEqual((tiered.DECISION_ACCEPTED, "a", tiered.TIER_EDGE), (result.decision, result.label, result.tier))

    def test_a_sample_that_may_not_leave_stays(self):
        result = self.infer_one(sample("tiny-edge", UNSURE, escalation=tiered.ESCALATION_MODE_NEVER))
        self.assertEqual((tiered.DECISION_LOCAL_ONLY, ""), (result.decision, result.escalation_id))

    def test_watching_tells_what_becomes_of_a_sample(self):
        escalation = self.infer_one(sample("tiny-edge", FOR_A_PERSON)).escalation_id
        watch = self.tiers.WatchVerdicts(tiered.WatchVerdictsRequest(), timeout=SECONDS)
        told = next(event.escalation for event in watch if event.escalation.escalation_id == escalation)
        watch.cancel()
        self.assertEqual(tiered.ESCALATION_STATE_PARKED, told.state)
        asked = tiered.GetVerdictRequest(escalation_id=escalation)
        self.assertEqual(told, self.tiers.GetVerdict(asked, timeout=SECONDS))

    def test_a_reported_label_is_the_verdict(self):
        escalation = self.infer_one(sample("tiny-edge", UNSURE)).escalation_id
        asked = tiered.ReportLabelRequest(escalation_id=escalation, label="c")
        reported = self.tiers.ReportLabel(asked, timeout=SECONDS)
        self.assertTrue(reported.stands)
        verdict = reported.escalation.verdict
        self.assertEqual(("c", 2, "VERDICT_SOURCE_APPLICATION"), (verdict.label, verdict.label_index, types.VerdictSource.Name(verdict.source)))
        self.refuses(grpc.StatusCode.INVALID_ARGUMENT, self.tiers.ReportLabel,
                     tiered.ReportLabelRequest(escalation_id=escalation, label="z"), "expected: one of [a, b, c]")

    def test_a_stream_tells_results_and_then_verdicts(self):
        asked = [tiered.InferStreamRequest(request_id="sure", request=sample("tiny-edge", SURE)),
                 tiered.InferStreamRequest(request_id="unsure", request=sample("tiny-edge", UNSURE)),
                 tiered.InferStreamRequest(request_id="wrong", request=sample("nobody", SURE))]
        told = [(event.request_id, event.WhichOneof("event")) for event in self.tiers.InferStream(iter(asked), timeout=SECONDS)]
        self.assertEqual({("sure", "result"), ("unsure", "result"), ("wrong", "failure"), ("unsure", "verdict")}, set(told))
        self.assertLess(told.index(("unsure", "result")), told.index(("unsure", "verdict")))

    def test_an_unknown_escalation_is_not_found(self):
        asked = tiered.GetVerdictRequest(escalation_id="nobody's")
        self.refuses(grpc.StatusCode.NOT_FOUND, self.tiers.GetVerdict, asked, "nobody's")


class ApiPage(unittest.TestCase):
    def test_the_requests_shown_for_grpcurl_are_messages_of_their_calls(self):
        lines = [line for line in API_PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("grpcurl ")]
        self.assertTrue(lines)
        for line in lines:
            *_, json, _, call = shlex.split(line)
            service, method = call.split("/")
            described = symbol_database.Default().pool.FindServiceByName(service).methods_by_name[method]
            json_format.Parse(json, described.input_type._concrete_class())


if __name__ == "__main__":
    Conformance.address = sys.argv.pop(1)
    unittest.main()
