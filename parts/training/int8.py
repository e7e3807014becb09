"""
Makes parts-edge-int8 from the package parts-edge that lies beside it, with a gate of its own, and writes its section of the card.
See README.md.

usage: int8.py --data DIR --models DIR [--created DATE]
"""
import argparse
import datetime
import re
from pathlib import Path

import numpy as np
import onnx
import torch

import card
import gate
import graph
import idx
import packages
import quantise

NAME, SOURCE, ENSEMBLE = 'parts-edge-int8', 'parts-edge', 'parts-ensemble'
# Enough of the training draw to see how large the layers' inputs become.
PICTURES = 2000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--data', required=True)
    parser.add_argument('--models', required=True)
    parser.add_argument('--created', default=datetime.date.today().isoformat())
    options = parser.parse_args()
    torch.set_num_threads(1)
    draws = {name: idx.read(options.data, name) for name in ('train', 'calibration', 'test')}
    facts = {'data': f"{len(draws['train'][0])} generated parts", 'created': options.created}
    write(Path(options.models), draws, facts)


def write(models, draws, facts):
    """The figures come from the files themselves, worked out as a processor with exact integers does."""
    source = onnx.load(models / SOURCE / '1' / 'model.onnx')
    model = quantise.quantised(source, draws['train'][0][:PICTURES])
    images, labels = draws['test']
    logits = graph.answers(model, images)
    chosen = gate.choose_gate(graph.answers(model, draws['calibration'][0]), draws['calibration'][1])
    max_entropy, probabilities = ensemble(models / ENSEMBLE / '1', images)
    result = gate.evaluate(chosen, max_entropy, logits, probabilities, labels)
    same = (logits.argmax(1) == graph.answers(source, images).argmax(1)).mean()

    target = packages.folder(models, NAME)
    onnx.save(model, target / 'model.onnx')
    packages.write_edge(target, NAME, chosen['temperature'], chosen['threshold'], ENSEMBLE, 'input', facts,
                        {'test-accuracy': round(float(result['edge']), 4)})
    card.write_int8(models, (NAME, ENSEMBLE, chosen, max_entropy, result), SOURCE, same,
                    (target / 'model.onnx').stat().st_size)


def ensemble(folder, images):
    """The ensemble's own entropy limit, and its probabilities."""
    max_entropy = float(re.search(r'max-entropy: ([0-9.]+)', (folder / 'model.yaml').read_text()).group(1))
    members = [onnx.load(file) for file in sorted((folder / 'members').glob('*.onnx'))]
    return max_entropy, np.mean([gate.softmax(graph.answers(member, images)) for member in members], 0)


if __name__ == '__main__':
    main()
