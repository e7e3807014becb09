"""The model card: every figure in it is computed here or handed in by the training, none is written by hand."""
from pathlib import Path

from nets import CLASSES, EMBEDDING

INT8_HEADING = '## The edge model in INT8'

PAIR_ROWS = {
    'ensemble': lambda p: f'`{p[1]}`',
    'accuracy of the edge model': lambda p: percent(p[4]['edge']),
    'accuracy of the ensemble on everything': lambda p: percent(p[4]['ensemble']),
    'accuracy of both tiers together': lambda p: percent(p[4]['tiered']),
    'escalated': lambda p: percent(p[4]['escalated']),
    'of these left to a person': lambda p: percent(p[4]['parked']),
    'accuracy where the edge was trusted': lambda p: percent(p[4]['accepted']),
    'target risk of accepted answers': lambda p: percent(p[2]['target_risk']),
    'temperature': lambda p: str(p[2]['temperature']),
    'threshold of the margin': lambda p: str(p[2]['threshold']),
    'highest entropy of a verdict, nats': lambda p: str(p[3]),
}


class Card:
    def __init__(self, draws, facts, confidence_level):
        self.draws, self.facts, self.confidence_level = draws, facts, confidence_level
        self.pairs, self.models = [], []

    def pair(self, edge, ensemble, chosen, max_entropy, result):
        self.pairs.append((edge, ensemble, chosen, max_entropy, result))

    def model(self, file, name, network, accuracy):
        networks = network if isinstance(network, list) else [network]
        parameters = sum(p.numel() for n in networks for p in n.parameters())
        self.models.append((name, parameters, file.stat().st_size, accuracy))

    def write(self, folder):
        text = self._text()
        (Path(folder) / 'README.md').write_text(text)
        print(text)

    def _text(self):
        sizes = {name: len(labels) for name, (_, labels) in self.draws.items()}
        side = self.draws['test'][0].shape[2:]
        lines = [
            '# Models for generated parts', '',
            'Written by `../training/train.py`; how to repeat it stands in [`../training/README.md`](../training/README.md).',
            'All pictures are generated (`io.tiergate.parts`): they are good for showing and testing Tiergate, and say nothing',
            'about real parts.', '',
            f"- Classes: {', '.join(CLASSES)}.",
            f'- Input `images`: float32 `[N,1,{side[0]},{side[1]}]`, byte / 255; output `logits`: float32 `[N,{len(CLASSES)}]`. ONNX opset 13.',
            f'- `parts-split-edge` has a second output `embedding`, float32 `[N,{EMBEDDING}]`, which the members of `parts-split-ensemble` take.',
            f"- Draws: {self.facts['data']} for training, {sizes['calibration']} for calibration (temperatures, thresholds, entropy limits),",
            f"  {sizes['test']} for the figures below, which no model and no threshold has seen. Made {self.facts['created']}.", '',
            '## The pairs on the test draw', '',
            *pair_table(self.pairs),
            '', f'The threshold keeps the target risk with a certainty of {self.confidence_level * 100:.0f} % for parts like those of',
            'the calibration draw. A part left to a person counts with the edge\'s answer here.', '',
            '## The models on the test draw', '',
            '| model | parameters | bytes | accuracy |', '|---|---|---|---|']
        for name, parameters, size, accuracy in self.models:
            lines.append(f'| {name} | {parameters:,} | {size:,} | {percent(accuracy)} |')
        return '\n'.join(lines) + '\n'


def write_int8(folder, pair, source, same, size):
    """Writes or replaces the card's last section: the INT8 model, which is made from the package named source."""
    file = Path(folder) / 'README.md'
    before = file.read_text().split(INT8_HEADING)[0].rstrip()
    lines = [
        before, '', INT8_HEADING, '',
        f'Made from the file of `{source}` by `../training/int8.py`. The inputs of its layers have 8 bits, its weights 7 (-64 to 63):',
        'on x86 processors without VNNI instructions (most that have no more than AVX2) ONNX Runtime adds two products of an input',
        'and a weight in 16 bits and cuts what does not fit. 2 x 255 x 64 fits; with weights of 8 bits, 2 x 255 x 127 would not,',
        'and the answers would depend on the processor.', '',
        *pair_table([pair]),
        f'| same class as `{source}` | {percent(same)} |',
        f'| bytes | {size:,} |',
    ]
    file.write_text('\n'.join(lines) + '\n')
    print('\n'.join(lines[2:]))


def pair_table(pairs):
    lines = ['| | ' + ' | '.join(f'`{edge}`' for edge, *_ in pairs) + ' |', '|---|' + '---|' * len(pairs)]
    for title, cell in PAIR_ROWS.items():
        lines.append(f'| {title} | ' + ' | '.join(cell(pair) for pair in pairs) + ' |')
    return lines


def percent(share):
    return f'{share * 100:.2f} %'
