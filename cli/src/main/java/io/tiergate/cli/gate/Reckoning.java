package io.tiergate.cli.gate;

import io.tiergate.cli.calibration.EnsembleAnswer;
import io.tiergate.gate.certificate.BinomialBounds;
import io.tiergate.gate.certificate.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Compares what a gate did with the truth. */
final class Reckoning {
    /** Shared by all windows: how likely it is that one is called a violation by chance. */
    private static final double VIOLATION_LEVEL = 0.01;

    /**
     * What was replayed.
     *
     * @param policy for people
     * @param target risk to compare with
     * @param driftAt index of the first changed request
     * @param reviewed whether a person labelled what the ensemble was not sure of
     */
    record Subject(
            String policy,
            long seed,
            Optional<Certificate> certificate,
            OptionalDouble target,
            OptionalInt driftAt,
            boolean reviewed) {}

    private final Subject subject;
    private final Trace trace;
    private final IntFunction<ReplaySample> samples;

    Reckoning(Subject subject, Trace trace, IntFunction<ReplaySample> samples) {
        this.subject = subject;
        this.trace = trace;
        this.samples = samples;
    }

    ReplayReport report() {
        int requests = trace.fates().size();
        int accepted = count(0, this::isAccepted);
        int wrong = count(0, this::isWronglyAccepted);
        List<ReplayWindow> windows = windows();
        return new ReplayReport(
                subject.policy(),
                subject.seed(),
                requests,
                accepted,
                countOf(Fate.ESCALATED),
                countOf(Fate.KEPT_LOCAL),
                countOf(Fate.SHED),
                countOf(Fate.AUDITED),
                subject.reviewed() ? count(0, i -> isSent(i) && samples.apply(i).isParked()) : 0,
                (double) accepted / requests,
                ReplayWindow.finite((double) wrong / accepted),
                orNull(subject.target()),
                ReplayWindow.finite(trace.thresholdAtStart()),
                ReplayWindow.finite(trace.thresholdAtEnd()),
                subject.certificate()
                        .flatMap(Certificate::threshold)
                        .map(found -> found.accepted().coverage())
                        .orElse(null),
                tieredAccuracy(0),
                (double) count(0, i -> samples.apply(i).edgeIsRight()) / requests,
                orNull(ensembleAccuracy(0)),
                orNull(subject.target().stream().map(this::oracleCoverage).findFirst()),
                wrong,
                subject.driftAt().isPresent() ? count(subject.driftAt().getAsInt(), this::isWronglyAccepted) : 0,
                subject.driftAt().isPresent() ? subject.driftAt().getAsInt() : null,
                trace.alarms().stream()
                        .map(alarm -> new ReplayReport.RaisedAlarm(
                                alarm.at(), alarm.signal().word()))
                        .toList(),
                windows,
                subject.target().isPresent()
                        ? violations(windows, subject.target().getAsDouble())
                        : null,
                trace.reasons());
    }

    private int count(int from, IntPredicate condition) {
        return count(from, trace.fates().size(), condition);
    }

    private int countOf(Fate fate) {
        return count(0, i -> trace.fates().get(i) == fate);
    }

    boolean isAccepted(int request) {
        return trace.fates().get(request).isAccepted();
    }

    boolean isWronglyAccepted(int request) {
        return isAccepted(request) && !samples.apply(request).edgeIsRight();
    }

    private boolean isSent(int request) {
        return trace.fates().get(request).isSent();
    }

    /** Of the requests from one on. */
    double tieredAccuracy(int from) {
        int right = count(from, i -> {
            ReplaySample sample = samples.apply(i);
            return isSent(i) ? sample.isRightWhenSent(subject.reviewed()) : sample.edgeIsRight();
        });
        return (double) right / (trace.fates().size() - from);
    }

    /** Of the requests from one on; empty if no ensemble was asked. */
    OptionalDouble ensembleAccuracy(int from) {
        if (samples.apply(from).ensemble().isEmpty()) {
            return OptionalDouble.empty();
        }
        int right = count(
                from,
                i -> samples.apply(i).ensemble().map(EnsembleAnswer::top).orElse(-1)
                        == samples.apply(i).label());
        return OptionalDouble.of((double) right / (trace.fates().size() - from));
    }

    private double oracleCoverage(double target) {
        int requests = trace.fates().size();
        int right = count(0, i -> samples.apply(i).edgeIsRight());
        int wrong = 0;
        // As many may be wrong as keep their share of all accepted ones within the target.
        while (right + wrong < requests && wrong + 1 <= target * (right + wrong + 1)) {
            wrong++;
        }
        return (double) (right + wrong) / requests;
    }

    private List<ReplayWindow> windows() {
        List<ReplayWindow> windows = new ArrayList<>();
        for (Trace.Standing standing : trace.windows()) {
            int from = windows.size() * Trace.WINDOW;
            int to = Math.min(from + Trace.WINDOW, trace.fates().size());
            windows.add(ReplayWindow.of(
                    from,
                    to,
                    count(from, to, this::isAccepted),
                    count(from, to, this::isWronglyAccepted),
                    count(from, to, i -> trace.fates().get(i) == Fate.ESCALATED),
                    standing));
        }
        return windows;
    }

    private static int count(int from, int to, IntPredicate condition) {
        return (int) IntStream.range(from, to).filter(condition).count();
    }

    private static int violations(List<ReplayWindow> windows, double target) {
        double level = VIOLATION_LEVEL / windows.size();
        return (int) windows.stream()
                .filter(window -> window.accepted() > 0)
                .filter(window -> isBeyondChance(window, target, level))
                .count();
    }

    /** Whether so many errors, or more, would be less likely than the level if the risk were the target: then the bound lies above it. */
    private static boolean isBeyondChance(ReplayWindow window, double target, double level) {
        long wrong = Math.round(window.trueRisk() * window.accepted());
        return BinomialBounds.lower(wrong, window.accepted(), level) > target;
    }

    private static Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }
}
