"""Temperature, certified threshold and adjudication, all from the calibration draw and in double precision."""
import math

import numpy as np


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
