package io.tiergate.gate.control;

import java.util.List;
import java.util.Optional;

/** The alarms of a gate whose brake is off. */
final class Watch {
    /** Samples, on average, until an alarm is false. */
    private static final double RATE_FALSE_EVERY = 400_000;

    private static final double SCORES_FALSE_EVERY = 800_000;
    private static final double CHECK_FALSE_EVERY = 800_000;
    /** Labels of audits. */
    private static final double LABELS_FALSE_EVERY = 20_000;

    private static final double MOST = 0.97;
    private static final double FREQUENT = 10;

    private final Cusum rate;
    private final Cusum scores;
    private final Cusum check;
    private final Cusum ensemble;
    private final Cusum person;

    private Watch(Cusum rate, Cusum scores, Cusum check, Cusum ensemble, Cusum person) {
        this.rate = rate;
        this.scores = scores;
        this.check = check;
        this.ensemble = ensemble;
        this.person = person;
    }

    /** For a gate that accepts nothing: there is nothing to be kept from. */
    static Watch blind() {
        return new Watch(Cusum.never(), Cusum.never(), Cusum.never(), Cusum.never(), Cusum.never());
    }

    static Watch of(Usual usual, double targetRisk, Proxy proxy) {
        return new Watch(
                raised(usual.below(), RATE_FALSE_EVERY),
                raised(usual.belowMiddle(), SCORES_FALSE_EVERY),
                frequent(usual.failedChecks()),
                tripled(targetRisk * proxy.suspicion()),
                tripled(targetRisk));
    }

    private static Cusum raised(double usual, double falseEvery) {
        double from = Math.max(usual, 0.02);
        double to = Math.min(1.35 * from + 0.02, MOST);
        // What nearly always happens cannot become more frequent.
        return from > 0.9 ? Cusum.never() : Cusum.of(from, to, falseEvery);
    }

    private static Cusum frequent(double usual) {
        double from = Math.max(usual, 0.002);
        return from > 0.3 ? Cusum.never() : Cusum.of(from, Math.min(MOST, FREQUENT * from), CHECK_FALSE_EVERY);
    }

    private static Cusum tripled(double usual) {
        return usual > 0.9 ? Cusum.never() : Cusum.of(usual, Math.min(3 * usual, MOST), LABELS_FALSE_EVERY);
    }

    Optional<Signal> decided(boolean below, boolean belowMiddle, boolean checkFailed) {
        // All of them are told, whichever alarms.
        boolean byRate = rate.add(below);
        boolean byScores = scores.add(belowMiddle);
        boolean byCheck = check.add(checkFailed);
        if (byCheck) {
            return Optional.of(Signal.SECONDARY_CHECK);
        }
        if (byRate) {
            return Optional.of(Signal.ESCALATION_RATE);
        }
        return byScores ? Optional.of(Signal.SCORE_DISTRIBUTION) : Optional.empty();
    }

    /** @param weight of the label, above 0, at most 1: the less, the more often answers like this one are audited */
    Optional<Signal> learned(Label label, double weight) {
        boolean alarmed =
                switch (label) {
                    case Label.ByEnsemble(boolean disagrees) -> ensemble.add(disagrees, weight);
                    case Label.ByPerson(boolean wrong) -> person.add(wrong, weight);
                    case Label.Open open -> false;
                };
        return alarmed ? Optional.of(Signal.DISAGREEMENT) : Optional.empty();
    }

    /** How far each alarm is, in an order that {@link #restore} knows. */
    List<Double> save() {
        return List.of(rate.sum(), scores.sum(), check.sum(), ensemble.sum(), person.sum());
    }

    void restore(List<Double> sums) {
        List<Cusum> all = List.of(rate, scores, check, ensemble, person);
        for (int i = 0; i < all.size() && i < sums.size(); i++) {
            all.get(i).restore(sums.get(i));
        }
    }
}
