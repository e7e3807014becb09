"""Writes model packages: ONNX files and manifests."""
import shutil
from pathlib import Path

import onnx
import torch

from nets import CLASSES

OPSET = 13
LABELS = '[' + ', '.join(CLASSES) + ']'


def folder(models, name):
    """An empty folder for version 1 of a package."""
    target = Path(models) / name / '1'
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    return target


def export(model, path, example, inputs, outputs):
    """Writes a model with a free batch dimension; example: one batch of its input."""
    path.parent.mkdir(parents=True, exist_ok=True)
    free = {name: {0: 'batch'} for name in [inputs, *outputs]}
    torch.onnx.export(model.eval(), example, str(path), opset_version=OPSET, input_names=[inputs],
                      output_names=outputs, dynamic_axes=free)
    onnx.checker.check_model(str(path))


def lineage(facts, metrics):
    listed = ', '.join(f'{key}: {value}' for key, value in metrics.items())
    return f"lineage:\n  data: {facts['data']}\n  created: {facts['created']}\n  metrics: {{ {listed} }}\n"


def write_edge(target, name, temperature, threshold, to, payload, facts, metrics):
    (target / 'model.yaml').write_text(
        f'name: {name}\n'
        'task: classification\n'
        'input: { name: images, layout: NCHW }\n'
        'output: { name: logits, activation: softmax }\n'
        f'labels: {LABELS}\n'
        f'confidence: {{ score: margin, temperature: {temperature} }}\n'
        f'gate: {{ policy: fixed, threshold: {threshold}, audit-rate: 0.01 }}\n'
        f"escalation: {{ to: {to}, payload: {payload} }}\n"
        'preprocess: { image: grey }\n'
        'display: { kind: image, layout: NCHW, range: [0, 1] }\n' + lineage(facts, metrics))


def write_ensemble(target, name, inputs, members, max_entropy, facts, metrics):
    rows = ''.join(f'  - {{ file: members/{m}.onnx, weight: 1.0, temperature: 1.0 }}\n' for m in members)
    layout = ', layout: NCHW' if inputs == 'images' else ''
    display = 'display: { kind: image, layout: NCHW, range: [0, 1] }\n' if inputs == 'images' else ''
    (target / 'model.yaml').write_text(
        f'name: {name}\n'
        'kind: ensemble\n'
        'task: classification\n'
        f'input: {{ name: {inputs}{layout} }}\n'
        'output: { name: logits, activation: softmax }\n'
        f'labels: {LABELS}\n'
        f'members:\n{rows}'
        'combine: soft-vote\n'
        'quorum: 2\n'
        f'adjudication: {{ max-entropy: {max_entropy} }}\n' + display + lineage(facts, metrics))
