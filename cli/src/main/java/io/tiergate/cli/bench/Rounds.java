package io.tiergate.cli.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures the subjects in turn, round by round, so that what the machine does meanwhile befalls all of them alike. */
final class Rounds {
    private static final List<Integer> BATCHES = List.of(1, 2, 4, 8, 16, 32, 64, 128);

    /** A server that gains less than this by warming up once more is warm. */
    private static final double STILL_RISING = 1.03;

    private final Workplace workplace;
    private final BenchLength length;
    private final LoadGenerator load;
    private final Findings findings;

    Rounds(Workplace workplace, BenchLength length, LoadGenerator load, Findings findings) {
        this.workplace = workplace;
        this.length = length;
        this.load = load;
        this.findings = findings;
    }

    /** Lets every subject's compiler and caches settle; a subject that does not answer is left out. */
    void warmUp(Subjects subjects) {
        for (Map.Entry<Measurement, Subject> entry :
                List.copyOf(subjects.running().entrySet())) {
            Measurement measurement = entry.getKey();
            try {
                warmUp(measurement, entry.getValue());
            } catch (IOException e) {
                subjects.drop(measurement);
                findings.leaveOut(measurement, e.getMessage());
            }
        }
    }

    private void warmUp(Measurement measurement, Subject subject) throws IOException {
        workplace.say("warming up: %s", measurement.title());
        double best = load.firstFullLoad(subject, length.warmUpSeconds()).answersPerSecond();
        boolean rising = true;
        for (int i = 1; i < length.mostWarmUps() && rising; i++) {
            double speed = load.fullLoad(subject, length.warmUpSeconds()).answersPerSecond();
            rising = speed > best * STILL_RISING;
            best = Math.max(best, speed);
        }
    }

    /** Looks for the batch size at which the model alone is fastest. */
    void findBestBatch(ModelAlone alone, Path model, Path pool) throws IOException {
        double best = 0;
        for (int batch : BATCHES) {
            double speed = alone.run(model, pool, processors(), batch, length.modelSeconds())
                    .samplesPerSecond();
            if (speed > best) {
                best = speed;
                findings.model.bestBatch = batch;
            }
        }
        workplace.say("the model alone is fastest at %d samples a call", findings.model.bestBatch);
    }

    /** One turn of the model alone. */
    void model(ModelAlone alone, Path model, Path pool) throws IOException {
        Findings.OfModel found = findings.model;
        found.batch1PerSecond.add(
                alone.run(model, pool, processors(), 1, length.modelSeconds()).samplesPerSecond());
        found.bestBatchPerSecond.add(alone.run(model, pool, processors(), found.bestBatch, length.modelSeconds())
                .samplesPerSecond());
        found.batch1Millis.add(
                alone.run(model, pool, 1, 1, length.modelSeconds() / 2).callMillis());
    }

    /** One turn of each subject at full load. */
    void throughput(int round, Map<Measurement, Subject> subjects) throws IOException {
        List<String> seen = new ArrayList<>();
        for (Measurement measurement : rotated(subjects, round)) {
            LoadResult result = load.fullLoad(subjects.get(measurement), length.throughputSeconds());
            findings.subject(measurement).atFullLoad.add(result);
            seen.add(String.format(Locale.ROOT, "%s %,.0f", measurement, result.answersPerSecond()));
        }
        if (seen.isEmpty()) {
            return;
        }
        workplace.say("throughput, round %d of %d: %s", round + 1, length.rounds(), String.join(", ", seen));
    }

    /**
     * Chooses the arrival rates: parts of each subject's own capacity. The echo is asked for as much as the gateway with gate, so that
     * their latencies can be compared; without that gateway, for parts of its own.
     */
    void chooseRates(Map<Measurement, Subject> subjects) {
        for (Measurement measurement : subjects.keySet()) {
            Measurement paceMaker = measurement == Measurement.ECHO && subjects.containsKey(Measurement.GATED)
                    ? Measurement.GATED
                    : measurement;
            double capacity = Spread.median(findings.throughput(paceMaker));
            for (double part : length.loads()) {
                double rate = Math.max(1, Math.round(capacity * part));
                findings.subject(measurement).atRates.add(new Findings.AtRate(part, rate));
            }
        }
    }

    /** One turn of each subject at each arrival rate, and one of the disk. */
    void latency(int round, Map<Measurement, Subject> subjects) throws IOException {
        for (int i = 0; i < length.loads().size(); i++) {
            double part = length.loads().get(i);
            double seconds = part == BenchLength.TENTH ? length.tenthSeconds() : length.otherSeconds();
            List<String> seen = new ArrayList<>();
            for (Measurement measurement : rotated(subjects, round)) {
                Findings.AtRate at = findings.subject(measurement).atRates.get(i);
                LoadResult result = load.atRate(subjects.get(measurement), at.ratePerSecond, seconds);
                at.rounds.add(result);
                seen.add(String.format(
                        Locale.ROOT,
                        "%s %.2f / %.2f",
                        measurement,
                        result.latencyMillis("answered", "p50"),
                        result.latencyMillis("answered", "p99")));
            }
            workplace.say(
                    "p50 / p99 ms at %.0f %% of the capacity, round %d of %d: %s",
                    100 * part, round + 1, length.rounds(), String.join(", ", seen));
        }
        DiskProbe.Times disk = DiskProbe.measure(workplace.folder(), length.fsyncs());
        findings.disk.p50Millis.add(disk.p50Millis());
        findings.disk.p99Millis.add(disk.p99Millis());
    }

    /** Each round begins with another subject, so that none always follows the same one. */
    private static List<Measurement> rotated(Map<Measurement, Subject> subjects, int round) {
        List<Measurement> order = new ArrayList<>(subjects.keySet());
        Collections.rotate(order, -round);
        return order;
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }
}
