package io.tiergate.gate;

import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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
 * From one row of a model's output to a decision, as the gateway does it, with the score and temperature of a manifest that names none.
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

    @Param({"10", "1000"})
    int classes;

    private final Reading reading = new Reading();
    private Tensor logits;
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
        gate = Gate.of(
                GateRules.fixed(THRESHOLD, AUDIT_RATE),
                List.of(),
                Optional.empty(),
                new SplittableRandom(1),
                System::nanoTime);
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

    /** And the copy of the answer that the reply and the ledger keep. Both are kept, as the reply shows both. */
    @Benchmark
    public GateDecision rowAnswered(Blackhole kept) {
        GateDecision decision = rowDecided();
        kept.consume(reading.toAssessment());
        return decision;
    }
}
