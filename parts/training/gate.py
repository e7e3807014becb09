"""Temperature, certified threshold and adjudication, all from the calibration draw and in double precision."""
import math

import numpy as np

CONFIDENCE_LEVEL = 0.99
TARGET_RISKS = [0.01, 0.015, 0.02, 0.025, 0.03, 0.035, 0.04, 0.05, 0.06, 0.07]
# The target is the strictest of the above that leaves no more than this share of the calibration draw to the cloud.
MOST_ESCALATED = 0.26
# Share of the escalated calibration samples that a person is to decide.
PARKED = 0.045


def softmax(logits, temperature=1.0):
    z = np.asarray(logits, np.float64) / temperature
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def margin(probabilities):
    s = np.sort(probabilities, 1)
    return s[:, -1] - s[:, -2]


def entropy(probabilities):
    """In nats."""
    return -(probabilities * np.log(np.maximum(probabilities, 1e-300))).sum(1)


def fit_temperature(logits, labels):
    """Minimises the negative log-likelihood by golden-section search over the temperature's logarithm."""
    def cost(log_temperature):
        p = softmax(logits, math.exp(log_temperature))
        return -np.log(np.maximum(p[np.arange(len(labels)), labels], 1e-300)).mean()

    low, high, ratio = math.log(0.25), math.log(4), (math.sqrt(5) - 1) / 2
    for _ in range(60):
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, b) if cost(a) < cost(b) else (a, high)
    return math.exp((low + high) / 2)


def upper_bound(errors, trials, delta):
    """Clopper-Pearson: the error rate above which so few errors would be seen with a probability below delta."""
    if errors >= trials:
        return 1.0
    k = np.arange(errors + 1)
    choose = math.lgamma(trials + 1) - np.array([math.lgamma(i + 1) + math.lgamma(trials - i + 1) for i in k])
    low, high = errors / trials, 1.0
    for _ in range(60):
        rate = (low + high) / 2
        terms = choose + k * math.log(rate) + (trials - k) * math.log1p(-rate)
        top = terms.max()
        tail = top + math.log(np.exp(terms - top).sum())
        low, high = (rate, high) if tail > math.log(delta) else (low, rate)
    return high


def certified_threshold(scores, wrong, target_risk, delta):
    """
    Selective guaranteed risk (Geifman and El-Yaniv 2017, "Selective Classification for Deep Neural Networks", algorithm 1):
    the lowest threshold found by bisection for which the accepted answers' error rate is below the target with probability
    1 - delta. None if there is none.
    """
    ordered = np.sort(scores)
    rounds = math.ceil(math.log2(len(ordered)))
    low, high, best = 0, len(ordered) - 1, None
    for _ in range(rounds):
        middle = (low + high + 1) // 2
        accepted = scores >= ordered[middle]
        if upper_bound(int(wrong[accepted].sum()), int(accepted.sum()), delta / rounds) < target_risk:
            best = ordered[middle] if best is None else min(best, ordered[middle])
            high = middle
        else:
            low = middle
    return best if best is None else float(best)


def rounded_up(value, digits=6):
    """A threshold as it is written down: never laxer than the one that was certified."""
    return math.ceil(value * 10 ** digits) / 10 ** digits


def choose_gate(logits, labels):
    """Temperature, threshold and target risk from the calibration draw."""
    temperature = round(fit_temperature(logits, labels), 4)
    scores = margin(softmax(logits, temperature))
    wrong = logits.argmax(1) != labels
    for risk in TARGET_RISKS:
        threshold = certified_threshold(scores, wrong, risk, 1 - CONFIDENCE_LEVEL)
        if threshold is not None and (scores < threshold).mean() <= MOST_ESCALATED:
            return {'temperature': temperature, 'threshold': rounded_up(threshold), 'target_risk': risk}
    raise SystemExit(f'no threshold can be certified for a target risk up to {TARGET_RISKS[-1]}')


def choose_entropy(chosen, edge_logits, probabilities):
    escalated = scores_of(chosen, edge_logits) < chosen['threshold']
    return round(float(np.quantile(entropy(probabilities)[escalated], 1 - PARKED)), 4)


def scores_of(chosen, logits):
    return margin(softmax(logits, chosen['temperature']))


def evaluate(chosen, max_entropy, edge_logits, probabilities, labels):
    """What the two tiers reach together on a draw; a parked sample keeps the edge's answer."""
    edge_right = edge_logits.argmax(1) == labels
    ensemble_right = probabilities.argmax(1) == labels
    escalated = scores_of(chosen, edge_logits) < chosen['threshold']
    parked = escalated & (entropy(probabilities) > max_entropy)
    decided = escalated & ~parked
    return {'edge': edge_right.mean(), 'ensemble': ensemble_right.mean(),
            'tiered': np.where(decided, ensemble_right, edge_right).mean(), 'escalated': escalated.mean(),
            'parked': parked.sum() / max(1, escalated.sum()), 'accepted': edge_right[~escalated].mean()}
