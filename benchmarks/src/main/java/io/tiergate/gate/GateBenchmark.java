package io.tiergate.gate;

import io.tiergate.gate.certificate.Agreement;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.certificate.CertifiedThreshold;
import io.tiergate.gate.certificate.Evidence;
import io.tiergate.gate.certificate.Quantiles;
import io.tiergate.gate.certificate.Search;
import io.tiergate.gate.check.InputStatistics;
import io.tiergate.gate.check.Limits;
import io.tiergate.gate.check.Statistic;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * From one row of a model's output to a decision, as the gateway does it, with the policy risk.
 * Each benchmark goes one step further than the one before. Run with {@code -prof gc}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GateBenchmark {
    private static final double THRESHOLD = 0.5;
    private static final double AUDIT_RATE = 0.01;

    private static final int PIXELS = 28 * 28;
    private static final Limits LIMITS = new Limits(
            0.005,
            Stream.of(Statistic.values())
                    .filter(statistic -> statistic != Statistic.ENERGY)
                    .map(statistic -> new Limits.Range(statistic, -10, 10))
                    .toList());

    @Param({"10", "1000"})
    int classes;

    private final Reading reading = new Reading();
    private Tensor logits;
    private Tensor input;
    private Confidence confidence;
    private Gate gate;

    @Setup
    public void makeOutput() {
        SplittableRandom random = new SplittableRandom(1);
        float[] values = new float[classes];
        for (int i = 0; i < classes; i++) {
            values[i] = (float) random.nextDouble();
        }
        // So far above the others that the answer is accepted, as most are: only then are audits drawn.
        values[classes / 2] = 20;
        logits = Tensor.ofFloats("logits", Shape.of(1, classes), values);
        confidence = new Confidence(Score.Formula.MARGIN, 1, Activation.SOFTMAX);
        GateRules rules = new GateRules(
                new GatePolicy.Risk(OptionalDouble.empty(), OptionalDouble.empty()),
                AuditRules.of(AUDIT_RATE),
                BudgetRules.NONE,
                Map.of(),
                Optional.empty());
        gate = Gate.of(rules, List.of(), Optional.of(certificate()), new SplittableRandom(1), System::nanoTime);
        float[] pixels = new float[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            pixels[i] = (float) random.nextDouble();
        }
        input = Tensor.ofFloats("image", Shape.of(1, PIXELS), pixels);
    }

    private static Certificate certificate() {
        return new Certificate(
                new Certificate.Terms("margin", 1, 0.03, 0.99, Search.BINARY),
                Optional.of(new CertifiedThreshold(THRESHOLD, new Evidence.Accepted(5000, 100, 10_000), 0.0275)),
                0.8,
                10_000,
                Optional.of(new Agreement(5000, 100, 50, 45)),
                1,
                new Quantiles(List.of(0.0, 1.0)),
                LIMITS,
                "sha256:0",
                "sha256:0",
                Instant.EPOCH,
                Instant.MAX);
    }

    /** The row's numbers, as the gate takes them. */
    @Benchmark
    public double[] rowCopied() {
        double[] values = reading.values(classes);
        logits.copyRow(0, classes, values);
        return values;
    }

    /** And their probabilities and score. */
    @Benchmark
    public Reading rowRead() {
        rowCopied();
        confidence.read(reading, classes);
        return reading;
    }

    /** And the decision. */
    @Benchmark
    public GateDecision rowDecided() {
        return gate.decide(rowRead(), GateRequest.DEFAULT);
    }

    /** The checks of the input beside the score: a grey picture of 28 by 28. */
    @Benchmark
    public Statistic inputChecked() {
        double[] statistics = reading.statistics();
        InputStatistics.read(input.data(), InputStatistics.FLOATS, 0, PIXELS, statistics);
        return LIMITS.failed(statistics);
    }

    /** And the copy of the answer that the reply and the ledger keep. Both are kept, as the reply shows both. */
    @Benchmark
    public GateDecision rowAnswered(Blackhole kept) {
        GateDecision decision = rowDecided();
        kept.consume(reading.toAssessment());
        return decision;
    }
}
