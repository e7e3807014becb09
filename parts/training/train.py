"""
Trains the models of the demonstration on generated parts and writes their packages and their card. See README.md.

usage: train.py --data DIR --models DIR [--created DATE] [--processes N] [--train-limit N]
"""
import argparse
import datetime
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch

import card
import fit
import gate
import idx
import int8
import nets
import packages

# Name: (network, loss, epochs, highest learning rate, augmented, seed)
RECIPES = {
    'edge': (nets.edge, fit.classification, 6, 6e-3, False, 11),
    'residual': (nets.residual, fit.classification, 10, 6e-3, True, 21),
    'plain': (nets.plain, fit.classification, 10, 6e-3, True, 22),
    'grouped': (nets.grouped, fit.classification, 10, 6e-3, True, 23),
    'split': (nets.Split, fit.early_and_late, 6, 6e-3, False, 31),
}
MEMBERS = ['residual', 'plain', 'grouped']
SPLIT_MEMBERS = ['narrow', 'middle', 'wide']


def train(name, images, labels):
    torch.set_num_threads(1)
    network, loss, epochs, rate, augment, seed = RECIPES[name]
    torch.manual_seed(seed)
    return fit.fit(name, network(), images, labels, loss, epochs, rate, augment, seed)


def mean_probabilities(models, inputs):
    return np.mean([gate.softmax(fit.answers(model, inputs)) for model in models], 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--data', required=True)
    parser.add_argument('--models', required=True)
    parser.add_argument('--created', default=datetime.date.today().isoformat())
    parser.add_argument('--processes', type=int, default=1)
    parser.add_argument('--train-limit', type=int, default=None)
    options = parser.parse_args()
    torch.set_num_threads(1)

    draws = {name: idx.read(options.data, name) for name in ('train', 'calibration', 'test')}
    images, labels = (a[:options.train_limit] for a in draws['train'])
    with ProcessPoolExecutor(options.processes, get_context('spawn')) as pool:
        # The longest first, so that no process is left waiting for one of them at the end.
        jobs = {name: pool.submit(train, name, images, labels) for name in ['residual', 'grouped', 'split', 'plain', 'edge']}
        models = {name: job.result() for name, job in jobs.items()}
    facts = {'data': f'{len(images)} generated parts', 'created': options.created}
    example = torch.zeros(2, *images.shape[1:])

    report = card.Card(draws, facts, gate.CONFIDENCE_LEVEL)
    write_ordinary_pair(options.models, models, draws, example, facts, report)
    write_split_pair(options.models, models['split'], draws, example, facts, report)
    report.write(options.models)
    int8.write(Path(options.models), draws, facts)


def write_ordinary_pair(folder, models, draws, example, facts, report):
    members = [models[name] for name in MEMBERS]
    probabilities = {draw: mean_probabilities(members, draws[draw][0]) for draw in ('calibration', 'test')}
    logits = {draw: fit.answers(models['edge'], draws[draw][0]) for draw in ('calibration', 'test')}
    chosen = gate.choose_gate(logits['calibration'], draws['calibration'][1])
    entropy = gate.choose_entropy(chosen, logits['calibration'], probabilities['calibration'])
    result = gate.evaluate(chosen, entropy, logits['test'], probabilities['test'], draws['test'][1])
    target = packages.folder(folder, 'parts-edge')
    packages.export(models['edge'], target / 'model.onnx', example, 'images', ['logits'])
    packages.write_edge(target, 'parts-edge', chosen['temperature'], chosen['threshold'], 'parts-ensemble', 'input', facts,
                        {'test-accuracy': round(float(result['edge']), 4)})
    report.pair('parts-edge', 'parts-ensemble', chosen, entropy, result)
    report.model(target / 'model.onnx', 'parts-edge', models['edge'], result['edge'])
    target = packages.folder(folder, 'parts-ensemble')
    for name, model in zip(MEMBERS, members):
        packages.export(model, target / 'members' / f'{name}.onnx', example, 'images', ['logits'])
        right = (fit.answers(model, draws['test'][0]).argmax(1) == draws['test'][1]).mean()
        report.model(target / 'members' / f'{name}.onnx', f'parts-ensemble, {name}', model, right)
    packages.write_ensemble(target, 'parts-ensemble', 'images', MEMBERS, entropy, facts,
                            {'test-accuracy': round(float(result['ensemble']), 4)})


def write_split_pair(folder, split, draws, example, facts, report):
    logits = {draw: fit.answers(split.answer, draws[draw][0]) for draw in ('calibration', 'test')}
    embeddings = {draw: fit.answers(split.embed, draws[draw][0]) for draw in ('calibration', 'test')}
    probabilities = {draw: mean_probabilities(split.members, embeddings[draw]) for draw in embeddings}
    chosen = gate.choose_gate(logits['calibration'], draws['calibration'][1])
    entropy = gate.choose_entropy(chosen, logits['calibration'], probabilities['calibration'])
    result = gate.evaluate(chosen, entropy, logits['test'], probabilities['test'], draws['test'][1])
    edge = nets.SplitEdge(split)
    target = packages.folder(folder, 'parts-split-edge')
    packages.export(edge, target / 'model.onnx', example, 'images', ['logits', 'embedding'])
    packages.write_edge(target, 'parts-split-edge', chosen['temperature'], chosen['threshold'], 'parts-split-ensemble',
                        "'output:embedding'", facts, {'test-accuracy': round(float(result['edge']), 4)})
    report.pair('parts-split-edge', 'parts-split-ensemble', chosen, entropy, result)
    report.model(target / 'model.onnx', 'parts-split-edge', [split.trunk, split.early, split.late], result['edge'])
    target = packages.folder(folder, 'parts-split-ensemble')
    for name, member in zip(SPLIT_MEMBERS, split.members):
        packages.export(member, target / 'members' / f'{name}.onnx', torch.zeros(2, nets.EMBEDDING), 'embedding', ['logits'])
        right = (fit.answers(member, embeddings['test']).argmax(1) == draws['test'][1]).mean()
        report.model(target / 'members' / f'{name}.onnx', f'parts-split-ensemble, {name}', member, right)
    packages.write_ensemble(target, 'parts-split-ensemble', 'embedding', SPLIT_MEMBERS, entropy, facts,
                            {'test-accuracy': round(float(result['ensemble']), 4)})


if __name__ == '__main__':
    main()
