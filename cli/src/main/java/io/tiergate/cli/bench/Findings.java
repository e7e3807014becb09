package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything that was measured, as it came, round by round. Filled by one thread. */
final class Findings {
    /** One subject at one arrival rate. */
    static final class AtRate {
        /** Part of the subject's own capacity; the echo's is that of the gateway with gate. */
        final double load;

        final double ratePerSecond;
        final List<LoadResult> rounds = new ArrayList<>();

        AtRate(double load, double ratePerSecond) {
            this.load = load;
            this.ratePerSecond = ratePerSecond;
        }
    }

    /** One subject. */
    static final class OfSubject {
        final List<LoadResult> atFullLoad = new ArrayList<>();
        final List<AtRate> atRates = new ArrayList<>();

        List<Double> throughput() {
            return atFullLoad.stream().map(LoadResult::answersPerSecond).toList();
        }

        /** The rounds at a tenth of the capacity; none if that was not measured. */
        List<LoadResult> atATenth() {
            return atRates.stream()
                    .filter(at -> at.load == BenchLength.TENTH)
                    .findFirst()
                    .map(at -> at.rounds)
                    .orElse(List.of());
        }
    }

    /** The model alone. Each list has an entry a round. */
    static final class OfModel {
        /** Samples of one call at which the most samples a second were seen. */
        int bestBatch = 1;

        final List<Double> batch1PerSecond = new ArrayList<>();
        final List<Double> bestBatchPerSecond = new ArrayList<>();
        /** Half of the calls of one sample on one thread of an idle machine take no longer, in milliseconds. */
        final List<Double> batch1Millis = new ArrayList<>();
    }

    /** A bare append and fsync, in milliseconds. Each list has an entry a round. */
    static final class OfDisk {
        final List<Double> p50Millis = new ArrayList<>();
        final List<Double> p99Millis = new ArrayList<>();
    }

    final Map<Measurement, OfSubject> subjects = new EnumMap<>(Measurement.class);
    final OfModel model = new OfModel();
    final OfDisk disk = new OfDisk();
    /** Overload, swaps and footprint, ready for the report. */
    final Map<Measurement, ObjectNode> others = new EnumMap<>(Measurement.class);
    /** What could not be measured, and why. */
    final Map<Measurement, String> leftOut = new EnumMap<>(Measurement.class);

    /** Of a serialised request without parameters. */
    int messageBytes;

    OfSubject subject(Measurement measurement) {
        return subjects.computeIfAbsent(measurement, none -> new OfSubject());
    }

    /** Samples a second, an entry a round; none of a subject that was left out. */
    List<Double> throughput(Measurement measurement) {
        return Optional.ofNullable(subjects.get(measurement))
                .map(OfSubject::throughput)
                .orElse(List.of());
    }

    /** The rounds at a tenth of the capacity; none of a subject that was left out. */
    List<LoadResult> atATenth(Measurement measurement) {
        return Optional.ofNullable(subjects.get(measurement))
                .map(OfSubject::atATenth)
                .orElse(List.of());
    }

    void leaveOut(Measurement measurement, String reason) {
        subjects.remove(measurement);
        leftOut.put(measurement, reason);
    }
}
