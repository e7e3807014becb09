#!/usr/bin/python3
"""Makes the small ONNX models that every module tests with.

    apt-get install python3-onnx
    /usr/bin/python3 core/src/test/models/make_models.py

writes core/src/test/resources/models/<repository>/<model>/<version>/ and an index of all files, by which
io.tiergate.testing.TestModels finds them inside a jar. The same script gives the same bytes at every run.

The models of the repository `tiny` take x, FP32 [-1, 4], and can be worked out by hand:

    tiny-edge, tiny-audited, tiny-plain   logits = x[0..2] + x[3]       so x[3] changes no probability, but its NaN spoils all
    tiny-image                            the same model for grey pictures of 1 by 4 pixels: x = byte / 51, so 255 becomes 5
    tiny-nonfinite                        logits = log(x[0..2])         so x / sum(x) are the probabilities; 0 or less is not finite
    tiny-ensemble, members a and b        logits = 10 * x[0..2]         so it is surer than the edge about the same sample
                   member c               the same, + x[3] for class c  so x[3] makes it deviate, and NaN there spoils it alone
    tiny-wide, tiny-scores                logits = x[0..2] of x, FP32 [-1, -1]: its samples may be as large as one likes;
                                          tiny-scores sends none of it
    tiny-unbatched                        logits = x, FP32 [3], or a grey picture of 1 by 3 pixels: x = byte / 51
    every-type                            <type>_out = <type>_in; uint16_out, uint32_out and uint64_out = int64_in

Those of the repository `kinds` are of every kind that ONNX Runtime runs:

    any-shape             <type>_out = <type>_in for every type; no shape is declared
    two-inputs            logits = a + b, both FP32 [-1, 3]; features = a beside b; gated
    two-inputs-ensemble, members a and b     logits = 10 * (a + b)
    half                  logits = x, FP16 [-1, 3]; gated
    own-score             logits = x[0..2], and sure = x[3], FP32 [-1], of x, FP32 [-1, 4]; gated by sure
    own-score-unbatched   the same of x, FP32 [4], one sample a call: logits FP32 [3], sure FP32 [1]
    given                 probabilities = x, FP32 [-1, -1]; gated as the probabilities that its manifest says they are
    tree                  one tree over x, FP32 [-1, 1], of the classes ok, dent and crack; their probabilities, a sequence of maps, are
                          0.875, 0.125, 0 if x is 0.5 or less, else 0.25, 0.5, 0.25; gated, with the labels in the keys' order
    text-keys, int-keys   the numbers of x, FP32 [-1, 4] and [-1, 3], as maps from texts and from integers
    text                  label = good for the text yes, bad for no, else unknown; BYTES [-1]
    pieces                pieces = the rows of x, FP32 [-1, 3], as a sequence; texts = text twice, BYTES [-1], as a sequence
    ragged                pieces = a sequence of a and b, FP32 [-1] each
    fixed-batch           y = x, FP32 [4, 3]
    scalar                y = x + x, FP32 []
    constant              y = [1, 2], FP32 [2]; no inputs

Those of the repository `fragile` fail on some inputs:

    fragile-ensemble, members a and b     as in tiny-ensemble
                      member c            the same, but its run fails, with the whole batch, if x[3] is 1 in any row

Those of the repository `slow` take as long as they are told:

    slow-ensemble, members a and b     as in tiny-ensemble
                   member c            the same, but it first counts to the sum of x[3] over all rows, so that 1e15 is practically never

Those of the repository `batches` tell what happens when rows run together:

    poison      as tiny-plain, but its run fails, with the whole batch, if x[3] is 100 or more in any row
    contrast    scaled = pixels, UINT8 [-1, 16], over the largest of all rows of the batch: what a model does that quantizes as it goes
    passing     twice = 2 x, and x itself, of x, FP32 [-1, 7]: an output is the input
    mixing      x[0], x[1], x[2] less their largest values over all rows of the batch: a row's answer depends on the others
    faint       as mixing, a millionth of it
    lowest      x[0], x[1], x[2] less their smallest values over all rows of the batch, where those are below 0
    bright      as contrast, over 2 or more: rows of zeros and ones do not depend on each other
    lookup      vectors = one of two for each of ids, INT64 [-1, 2]; any other index fails
    half-inside x, FP32 [-1, 16], through two layers in half precision

Worked out:

    x = [5, 0, 0, 0]     edge: margin 0.980, accepted as a      ensemble: a, entropy below 1e-9: sure
    x = [1, 0, 0, 0]     edge: margin 0.364, doubted            ensemble: a, entropy 0.001: sure
    x = [0, 1, 0, 0]     edge: margin 0.364, doubted            ensemble: b, entropy 0.001: sure
    x = [1, 1, 1, 0]     edge: margin 0, doubted                ensemble: entropy 1.099 (log 3): unsure
    x = [1, 0, 0, 20]    edge: margin 0.364, doubted            ensemble: a has 2/3 and c 1/3, entropy 0.637: unsure
    x = [1, 0, 0, NaN]   edge: not finite, doubted              ensemble: a by two members of three, degraded
    x = [NaN, 0, 0, 0]   edge: not finite, doubted              ensemble: no quorum
"""
import math
import shutil
from pathlib import Path

from onnx import TensorProto, TypeProto, checker, helper

TARGET = Path(__file__).resolve().parents[1] / "resources" / "models"
FLOAT = TensorProto.FLOAT


def value(name, element_type, shape):
    """shape: None stands for a size that may vary"""
    sizes = ["n" if size is None else size for size in shape]
    return helper.make_tensor_value_info(name, element_type, sizes)


def constant(name, element_type, values, shape=None):
    return helper.make_tensor(name, element_type, [len(values)] if shape is None else shape, values)


def maps(name, key_type):
    """A sequence of maps from keys to floats."""
    one = TypeProto()
    one.map_type.key_type = key_type
    one.map_type.value_type.tensor_type.elem_type = FLOAT
    return helper.make_value_info(name, helper.make_sequence_type_proto(one))


def sequence(name, element_type):
    return helper.make_tensor_sequence_value_info(name, element_type, None)


TREES = "ai.onnx.ml"


def model(nodes, inputs, outputs, constants=(), opset=13, check=True):
    graph = helper.make_graph(nodes, "graph", inputs, outputs, list(constants))
    # Only where they are used: the others' bytes, and so their digests, stay as they are.
    opsets = [helper.make_opsetid("", opset)] + [helper.make_opsetid(TREES, 2)] * any(n.domain == TREES for n in nodes)
    made = helper.make_model(graph, opset_imports=opsets, producer_name="make_models")
    made.ir_version = 8
    if check:
        # Full but for ZipMap, whose maps are beyond the checker's shape inference.
        checker.check_model(made, full_check=all(n.op_type != "ZipMap" for n in nodes))
    return made.SerializeToString(deterministic=True)


FIRST_THREE = helper.make_node("Slice", ["x", "start", "three", "axis"], ["scores"])
FOURTH = helper.make_node("Slice", ["x", "three", "four", "axis"], ["extra"])
BOUNDS = [constant(name, TensorProto.INT64, [at]) for name, at in
          (("start", 0), ("three", 3), ("four", 4), ("axis", 1))]
X = value("x", FLOAT, [None, 4])
LOGITS = value("logits", FLOAT, [None, 3])


def edge(output="logits"):
    add = helper.make_node("Add", ["scores", "extra"], [output])
    return model([FIRST_THREE, FOURTH, add], [X], [value(output, FLOAT, [None, 3])], BOUNDS)


def nonfinite():
    return model([FIRST_THREE, helper.make_node("Log", ["scores"], ["logits"])], [X], [LOGITS],
                 [c for c in BOUNDS if c.name != "four"])


def member():
    scale = helper.make_node("Mul", ["scores", "ten"], ["logits"])
    return model([FIRST_THREE, scale], [X], [LOGITS],
                 [c for c in BOUNDS if c.name != "four"] + [constant("ten", FLOAT, [10.0])])


def deviating_member():
    nodes = [FIRST_THREE, FOURTH,
             helper.make_node("Mul", ["scores", "ten"], ["scaled"]),
             helper.make_node("Mul", ["extra", "third"], ["deviation"]),
             helper.make_node("Add", ["scaled", "deviation"], ["logits"])]
    return model(nodes, [X], [LOGITS],
                 BOUNDS + [constant("ten", FLOAT, [10.0]), constant("third", FLOAT, [0.0, 0.0, 1.0], [1, 3])])


def fragile_member():
    nodes = [FIRST_THREE, FOURTH,
             helper.make_node("Mul", ["scores", "ten"], ["scaled"]),
             helper.make_node("Cast", ["extra"], ["index"], to=TensorProto.INT64),
             # A table of one entry: only indices 0 and -1 exist.
             helper.make_node("Gather", ["table", "index"], ["nothing"]),
             helper.make_node("Add", ["scaled", "nothing"], ["logits"])]
    return model(nodes, [X], [LOGITS],
                 BOUNDS + [constant("ten", FLOAT, [10.0]), constant("table", FLOAT, [0.0])])


def wide():
    take = helper.make_node("Slice", ["x", "start", "three", "axis"], ["logits"])
    return model([take], [value("x", FLOAT, [None, None])], [LOGITS], [c for c in BOUNDS if c.name != "four"])


def unbatched():
    return model([helper.make_node("Identity", ["x"], ["logits"])],
                 [value("x", FLOAT, [3])], [value("logits", FLOAT, [3])])


IDENTITY_TYPES = {
    "bool": TensorProto.BOOL, "uint8": TensorProto.UINT8, "int8": TensorProto.INT8, "int16": TensorProto.INT16,
    "int32": TensorProto.INT32, "int64": TensorProto.INT64, "fp16": TensorProto.FLOAT16, "bf16": TensorProto.BFLOAT16,
    "fp32": FLOAT, "fp64": TensorProto.DOUBLE, "bytes": TensorProto.STRING}
CAST_TYPES = {"uint16": TensorProto.UINT16, "uint32": TensorProto.UINT32, "uint64": TensorProto.UINT64}


def every_type():
    nodes = [helper.make_node("Identity", [f"{name}_in"], [f"{name}_out"]) for name in IDENTITY_TYPES]
    nodes += [helper.make_node("Cast", ["int64_in"], [f"{name}_out"], to=to) for name, to in CAST_TYPES.items()]
    inputs = [value(f"{name}_in", element_type, [None, 2]) for name, element_type in IDENTITY_TYPES.items()]
    outputs = [value(f"{name}_out", element_type, [None, 2])
               for name, element_type in {**IDENTITY_TYPES, **CAST_TYPES}.items()]
    return model(nodes, inputs, outputs)


def any_shape():
    types = {**IDENTITY_TYPES, **CAST_TYPES}
    # Unchecked: the checker wants shapes, which ONNX Runtime does not need.
    return model([helper.make_node("Identity", [f"{name}_in"], [f"{name}_out"]) for name in types],
                 [helper.make_tensor_value_info(f"{name}_in", element_type, None) for name, element_type in types.items()],
                 [helper.make_tensor_value_info(f"{name}_out", element_type, None) for name, element_type in types.items()],
                 check=False)


A = value("a", FLOAT, [None, 3])
B = value("b", FLOAT, [None, 3])


def two_inputs():
    nodes = [helper.make_node("Add", ["a", "b"], ["logits"]), helper.make_node("Concat", ["a", "b"], ["features"], axis=1)]
    return model(nodes, [A, B], [LOGITS, value("features", FLOAT, [None, 6])])


def two_inputs_member():
    nodes = [helper.make_node("Add", ["a", "b"], ["sum"]), helper.make_node("Mul", ["sum", "ten"], ["logits"])]
    return model(nodes, [A, B], [LOGITS], [constant("ten", FLOAT, [10.0])])


def half():
    return model([helper.make_node("Identity", ["x"], ["logits"])],
                 [value("x", TensorProto.FLOAT16, [None, 3])], [value("logits", TensorProto.FLOAT16, [None, 3])])


def own_score():
    flatten = helper.make_node("Reshape", ["extra", "any"], ["sure"])
    take = helper.make_node("Slice", ["x", "start", "three", "axis"], ["logits"])
    return model([take, FOURTH, flatten], [X], [LOGITS, value("sure", FLOAT, [None])],
                 BOUNDS + [constant("any", TensorProto.INT64, [-1])])


def own_score_unbatched():
    nodes = [helper.make_node("Slice", ["x", "start", "three"], ["logits"]),
             helper.make_node("Slice", ["x", "three", "four"], ["sure"])]
    return model(nodes, [value("x", FLOAT, [4])], [value("logits", FLOAT, [3]), value("sure", FLOAT, [1])],
                 [c for c in BOUNDS if c.name != "axis"])


def given():
    return model([helper.make_node("Identity", ["x"], ["probabilities"])],
                 [value("x", FLOAT, [None, None])], [value("probabilities", FLOAT, [None, None])])


CLASSES = ["ok", "dent", "crack"]


def tree():
    trees = helper.make_node(
        "TreeEnsembleClassifier", ["x"], ["label", "scores"], domain=TREES, classlabels_strings=CLASSES,
        nodes_treeids=[0, 0, 0], nodes_nodeids=[0, 1, 2], nodes_modes=["BRANCH_LEQ", "LEAF", "LEAF"],
        nodes_featureids=[0, 0, 0], nodes_values=[0.5, 0.0, 0.0], nodes_truenodeids=[1, 0, 0], nodes_falsenodeids=[2, 0, 0],
        class_treeids=[0] * 6, class_nodeids=[1, 1, 1, 2, 2, 2], class_ids=[0, 1, 2] * 2,
        class_weights=[0.875, 0.125, 0.0, 0.25, 0.5, 0.25], post_transform="NONE")
    zipped = helper.make_node("ZipMap", ["scores"], ["probabilities"], domain=TREES, classlabels_strings=CLASSES)
    return model([trees, zipped], [value("x", FLOAT, [None, 1])],
                 [value("label", TensorProto.STRING, [None]), maps("probabilities", TensorProto.STRING)])


def text_keys():
    zipped = helper.make_node("ZipMap", ["x"], ["by_text"], domain=TREES, classlabels_strings=["z", "é", "日", "a"])
    return model([zipped], [X], [maps("by_text", TensorProto.STRING)])


def int_keys():
    zipped = helper.make_node("ZipMap", ["x"], ["by_number"], domain=TREES, classlabels_int64s=[3, -1, 2])
    return model([zipped], [value("x", FLOAT, [None, 3])], [maps("by_number", TensorProto.INT64)])


def text():
    encode = helper.make_node("LabelEncoder", ["text"], ["label"], domain=TREES, keys_strings=["yes", "no"],
                              values_strings=["good", "bad"], default_string="unknown")
    return model([encode], [value("text", TensorProto.STRING, [None])], [value("label", TensorProto.STRING, [None])])


def pieces():
    nodes = [helper.make_node("SplitToSequence", ["x"], ["pieces"], axis=0, keepdims=0),
             helper.make_node("SequenceConstruct", ["text", "text"], ["texts"])]
    return model(nodes, [value("x", FLOAT, [None, 3]), value("text", TensorProto.STRING, [None])],
                 [sequence("pieces", FLOAT), sequence("texts", TensorProto.STRING)])


def ragged():
    return model([helper.make_node("SequenceConstruct", ["a", "b"], ["pieces"])],
                 [value("a", FLOAT, [None]), helper.make_tensor_value_info("b", FLOAT, ["m"])], [sequence("pieces", FLOAT)])


def fixed_batch():
    return model([helper.make_node("Identity", ["x"], ["y"])], [value("x", FLOAT, [4, 3])], [value("y", FLOAT, [4, 3])])


def scalar():
    return model([helper.make_node("Add", ["x", "x"], ["y"])], [value("x", FLOAT, [])], [value("y", FLOAT, [])])


def without_inputs():
    return model([helper.make_node("Constant", [], ["y"], value=constant("c", FLOAT, [1.0, 2.0]))],
                 [], [value("y", FLOAT, [2])])


def sequence_input():
    return model([helper.make_node("ConcatFromSequence", ["pieces"], ["y"], axis=0)],
                 [sequence("pieces", FLOAT)], [value("y", FLOAT, [None])])


def integer_sequence():
    return model([helper.make_node("SequenceConstruct", ["x"], ["pieces"])],
                 [value("x", TensorProto.INT32, [None, 2])], [sequence("pieces", TensorProto.INT32)])


def optional_output():
    some = helper.make_optional_type_proto(helper.make_tensor_type_proto(FLOAT, ["n"]))
    return model([helper.make_node("Optional", ["x"], ["y"])], [value("x", FLOAT, [None])],
                 [helper.make_value_info("y", some)], opset=15)


def integer_scores():
    return model([helper.make_node("Identity", ["x"], ["logits"])],
                 [value("x", TensorProto.INT64, [None, 3])], [value("logits", TensorProto.INT64, [None, 3])])


def edge_manifest(name, **changes):
    lines = {
        "name": name,
        "task": "classification",
        "input": "{ name: x }",
        "output": "{ name: logits, activation: softmax }",
        "labels": "[a, b, c]",
        "confidence": "{ score: margin, temperature: 1.0 }",
        "gate": "{ policy: fixed, threshold: 0.5, audit-rate: 0.0 }",
        "escalation": "{ to: tiny-ensemble, payload: input }",
    }
    return document(lines, changes)


def ensemble_manifest(name, files, **changes):
    members = "".join(f"\n  - {{ file: {file}, weight: 1.0, temperature: 1.0 }}" for file in files)
    return document({
        "name": name,
        "kind": "ensemble",
        "task": "classification",
        "input": "{ name: x }",
        "output": "{ name: logits, activation: softmax }",
        "labels": "[a, b, c]",
        "members": members,
        "combine": "soft-vote",
        "quorum": "2",
        "adjudication": "{ max-entropy: 0.5 }",
    }, changes)


def document(lines, changes):
    merged = {**lines, **{key.replace("_", "-"): text for key, text in changes.items()}}
    return "".join(f"{key}:{'' if text.startswith(chr(10)) else ' '}{text}\n"
                   for key, text in merged.items() if text is not None)


MEMBERS = ["members/a.onnx", "members/b.onnx", "members/c.onnx"]


def tiny():
    yield "tiny-edge/1", {"model.onnx": edge(), "model.yaml": edge_manifest("tiny-edge")}
    yield "tiny-audited/1", {"model.onnx": edge(), "model.yaml": edge_manifest(
        "tiny-audited", gate="{ policy: fixed, threshold: 0.5, audit-rate: 1.0 }")}
    yield "tiny-nonfinite/1", {"model.onnx": nonfinite(), "model.yaml": edge_manifest("tiny-nonfinite")}
    yield "tiny-image/1", {"model.onnx": edge(), "model.yaml": edge_manifest(
        "tiny-image", preprocess="{ image: grey, resize: [1, 4], scale: 0.0196078431372549 }")}
    yield "tiny-unbatched/1", {"model.onnx": unbatched(), "model.yaml": edge_manifest(
        "tiny-unbatched", escalation=None, preprocess="{ image: grey, resize: [1, 3], scale: 0.0196078431372549 }")}
    yield "tiny-wide/1", {"model.onnx": wide(), "model.yaml": edge_manifest("tiny-wide")}
    yield "tiny-scores/1", {"model.onnx": wide(), "model.yaml": edge_manifest(
        "tiny-scores", escalation="{ to: tiny-ensemble, payload: none }")}
    yield "tiny-plain/1", {"model.onnx": edge()}
    yield "every-type/1", {"model.onnx": every_type()}
    yield "tiny-ensemble/1", {
        "members/a.onnx": member(), "members/b.onnx": member(), "members/c.onnx": deviating_member(),
        "model.yaml": ensemble_manifest("tiny-ensemble", MEMBERS)}


def kinds():
    both = "[ { name: a }, { name: b } ]"
    yield "any-shape/1", {"model.onnx": any_shape()}
    yield "two-inputs/1", {"model.onnx": two_inputs(), "model.yaml": edge_manifest(
        "two-inputs", input=both, escalation="{ to: two-inputs-ensemble, payload: input }")}
    yield "two-inputs-ensemble/1", {
        "members/a.onnx": two_inputs_member(), "members/b.onnx": two_inputs_member(),
        "model.yaml": ensemble_manifest("two-inputs-ensemble", MEMBERS[:2], input=both)}
    yield "half/1", {"model.onnx": half(), "model.yaml": edge_manifest("half", escalation=None)}
    own = "{ score: 'output:sure' }"
    yield "own-score/1", {"model.onnx": own_score(), "model.yaml": edge_manifest("own-score", confidence=own)}
    yield "own-score-unbatched/1", {"model.onnx": own_score_unbatched(), "model.yaml": edge_manifest(
        "own-score-unbatched", confidence=own, escalation=None)}
    yield "given/1", {"model.onnx": given(), "model.yaml": edge_manifest(
        "given", output="{ name: probabilities, activation: none }")}
    yield "tree/1", {"model.onnx": tree(), "model.yaml": edge_manifest(
        "tree", output="{ name: probabilities, activation: none }", labels="[crack, dent, ok]", escalation=None)}
    yield "text-keys/1", {"model.onnx": text_keys()}
    yield "int-keys/1", {"model.onnx": int_keys()}
    yield "text/1", {"model.onnx": text()}
    yield "pieces/1", {"model.onnx": pieces()}
    yield "ragged/1", {"model.onnx": ragged()}
    yield "fixed-batch/1", {"model.onnx": fixed_batch()}
    yield "scalar/1", {"model.onnx": scalar()}
    yield "constant/1", {"model.onnx": without_inputs()}


def fragile():
    yield "fragile-ensemble/1", {
        "members/a.onnx": member(), "members/b.onnx": member(), "members/c.onnx": fragile_member(),
        "model.yaml": ensemble_manifest("fragile-ensemble", MEMBERS)}


def slow_member():
    count = helper.make_graph(
        [helper.make_node("Identity", ["going"], ["goes_on"]), helper.make_node("Add", ["counted", "one"], ["next"])],
        "count",
        [value("turn", TensorProto.INT64, []), value("going", TensorProto.BOOL, []), value("counted", FLOAT, [1])],
        [value("goes_on", TensorProto.BOOL, []), value("next", FLOAT, [1])],
        [constant("one", FLOAT, [1.0])])
    nodes = [FIRST_THREE, FOURTH,
             helper.make_node("ReduceSum", ["extra"], ["sum"], keepdims=0),
             helper.make_node("Cast", ["sum"], ["turns"], to=TensorProto.INT64),
             helper.make_node("Loop", ["turns", "yes", "nothing"], ["counted_to"], body=count),
             # The numbers depend on the counting, so that it cannot be left out, and do not change by it.
             helper.make_node("Mul", ["counted_to", "nothing"], ["zero"]),
             helper.make_node("Mul", ["scores", "ten"], ["scaled"]),
             helper.make_node("Add", ["scaled", "zero"], ["logits"])]
    return model(nodes, [X], [LOGITS], BOUNDS + [
        constant("ten", FLOAT, [10.0]), constant("nothing", FLOAT, [0.0]), constant("yes", TensorProto.BOOL, [True], [])])


def slow():
    yield "slow-ensemble/1", {
        "members/a.onnx": member(), "members/b.onnx": member(), "members/c.onnx": slow_member(),
        "model.yaml": ensemble_manifest("slow-ensemble", MEMBERS)}


def poison():
    nodes = [FIRST_THREE, FOURTH,
             helper.make_node("Cast", ["extra"], ["index"], to=TensorProto.INT64),
             # A table of a hundred entries: a larger index does not exist.
             helper.make_node("Gather", ["table", "index"], ["nothing"]),
             helper.make_node("Add", ["scores", "extra"], ["sum"]),
             helper.make_node("Add", ["sum", "nothing"], ["logits"])]
    return model(nodes, [X], [LOGITS], BOUNDS + [constant("table", FLOAT, [0.0] * 100)])


def mixing():
    nodes = [FIRST_THREE,
             helper.make_node("ReduceMax", ["scores"], ["largest"], axes=[0], keepdims=1),
             helper.make_node("Sub", ["scores", "largest"], ["logits"])]
    return model(nodes, [X], [LOGITS], [c for c in BOUNDS if c.name != "four"])


def faint():
    nodes = [FIRST_THREE,
             helper.make_node("ReduceMax", ["scores"], ["largest"], axes=[0], keepdims=1),
             helper.make_node("Sub", ["scores", "largest"], ["difference"]),
             helper.make_node("Mul", ["difference", "millionth"], ["logits"])]
    return model(nodes, [X], [LOGITS],
                 [c for c in BOUNDS if c.name != "four"] + [constant("millionth", FLOAT, [1e-6])])


def lowest():
    nodes = [FIRST_THREE,
             helper.make_node("ReduceMin", ["scores"], ["smallest"], axes=[0], keepdims=1),
             helper.make_node("Min", ["smallest", "zero"], ["below"]),
             helper.make_node("Sub", ["scores", "below"], ["logits"])]
    return model(nodes, [X], [LOGITS], [c for c in BOUNDS if c.name != "four"] + [constant("zero", FLOAT, [0.0])])


def contrast(least=None):
    nodes = [helper.make_node("Cast", ["pixels"], ["numbers"], to=FLOAT),
             helper.make_node("ReduceMax", ["numbers"], ["largest"], keepdims=0),
             helper.make_node("Div", ["numbers", "largest"], ["scaled"])]
    constants = []
    if least is not None:
        nodes.insert(2, helper.make_node("Max", ["largest", "least"], ["divisor"]))
        nodes[3].input[1] = "divisor"
        constants = [constant("least", FLOAT, [least])]
    return model(nodes, [value("pixels", TensorProto.UINT8, [None, 16])], [value("scaled", FLOAT, [None, 16])], constants)


def lookup():
    return model([helper.make_node("Gather", ["table", "ids"], ["vectors"])],
                 [value("ids", TensorProto.INT64, [None, 2])], [value("vectors", FLOAT, [None, 2, 3])],
                 [constant("table", FLOAT, [1, 2, 3, 4, 5, 6], [2, 3])])


def half_inside():
    size, layers = 16, 2
    nodes, constants = [helper.make_node("Cast", ["x"], ["h0"], to=TensorProto.FLOAT16)], []
    for layer in range(layers):
        weights = [math.sin(i * i + layer) / 6 for i in range(size * size)]
        constants.append(constant(f"w{layer}", TensorProto.FLOAT16, weights, [size, size]))
        nodes += [helper.make_node("MatMul", [f"h{layer}", f"w{layer}"], [f"m{layer}"]),
                  helper.make_node("Relu", [f"m{layer}"], [f"h{layer + 1}"])]
    nodes.append(helper.make_node("Cast", [f"h{layers}"], ["y"], to=FLOAT))
    return model(nodes, [value("x", FLOAT, [None, size])], [value("y", FLOAT, [None, size])], constants)


def passing():
    x = value("x", FLOAT, [None, 7])
    return model([helper.make_node("Add", ["x", "x"], ["twice"])], [x], [value("twice", FLOAT, [None, 7]), x])


def batches():
    yield "bright/1", {"model.onnx": contrast(least=2.0)}
    yield "contrast/1", {"model.onnx": contrast()}
    yield "faint/1", {"model.onnx": faint()}
    yield "half-inside/1", {"model.onnx": half_inside()}
    yield "lookup/1", {"model.onnx": lookup()}
    yield "lowest/1", {"model.onnx": lowest()}
    yield "passing/1", {"model.onnx": passing()}
    yield "poison/1", {"model.onnx": poison()}
    yield "mixing/1", {"model.onnx": mixing()}


def broken():
    yield "good/1", {"model.onnx": edge(), "model.yaml": edge_manifest("good")}
    # Refused when the repository is read.
    yield "model-missing/1", {"model.yaml": edge_manifest("model-missing")}
    yield "unknown-key/1", {"model.onnx": edge(), "model.yaml": edge_manifest(
        "unknown-key", gate="{ policy: fixed, treshold: 0.5 }")}
    yield "name-mismatch/1", {"model.onnx": edge(), "model.yaml": edge_manifest("another-name")}
    yield "version-latest/latest", {"model.onnx": edge(), "model.yaml": edge_manifest("version-latest")}
    yield "member-missing/1", {
        "members/a.onnx": member(), "members/c.onnx": deviating_member(),
        "model.yaml": ensemble_manifest("member-missing", MEMBERS)}
    yield "member-escaping/1", {
        "members/a.onnx": member(),
        "model.yaml": ensemble_manifest("member-escaping", ["members/a.onnx", "../../good/1/model.onnx"])}
    # Refused when the model is opened.
    yield "output-unknown/1", {"model.onnx": edge("scores_by_class"), "model.yaml": edge_manifest("output-unknown")}
    yield "label-count/1", {"model.onnx": edge(), "model.yaml": edge_manifest("label-count", labels="[a, b]")}
    yield "not-onnx/1", {"model.onnx": b"This is no ONNX file.\n", "model.yaml": edge_manifest("not-onnx")}
    yield "integer-scores/1", {"model.onnx": integer_scores(), "model.yaml": edge_manifest("integer-scores")}
    yield "integer-sequence/1", {"model.onnx": integer_sequence()}
    yield "optional-output/1", {"model.onnx": optional_output()}
    yield "sequence-input/1", {"model.onnx": sequence_input()}


def main():
    if TARGET.exists():
        shutil.rmtree(TARGET)
    written = []
    for repository, packages in (("tiny", tiny()), ("kinds", kinds()), ("fragile", fragile()), ("slow", slow()),
                                 ("batches", batches()), ("broken", broken())):
        for package, files in packages:
            for name, content in files.items():
                file = TARGET / repository / package / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content if isinstance(content, bytes) else content.encode())
                written.append(file.relative_to(TARGET).as_posix())
    (TARGET / "index.txt").write_text("".join(f"{file}\n" for file in sorted(written)))


if __name__ == "__main__":
    main()
