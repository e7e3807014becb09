package io.tiergate.runtime;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs besides the model to run requests of one row each together: their bytes into the memory that ONNX Runtime reads, and the
 * outputs, ten FP32 numbers a row, out of the memory that it writes. No model runs. Run with {@code -prof gc}.
 *
 * <p>All rows go into one batch's memory here; the gateway's holds 16 MiB at most, which are 27 rows of 588 KiB, so that 64 of those would be
 * three batches. What is copied and allocated for a row is the same.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BatchAssemblyBenchmark {
    private static final int CLASSES = 10;

    /** Elements of one FP32 row: of 3 KiB, and of a 224 by 224 colour picture. */
    @Param({"768", "150528"})
    int elements;

    /** Requests that run together. */
    @Param({"1", "16", "64"})
    int requests;

    private List<Rows> parts;
    private BatchMemory memory;

    @Setup
    public void makeRequests() {
        Signature signature = new Signature(
                List.of(new TensorSpec("images", DataType.FP32, Shape.of(Shape.ANY, elements))),
                List.of(new TensorSpec("logits", DataType.FP32, Shape.of(Shape.ANY, CLASSES))));
        memory = new BatchMemory(
                LastingEnvironment.get(), RowLayout.of(signature).orElseThrow(), requests);
        // Each in memory of its own, as requests come.
        parts = IntStream.range(0, requests).mapToObj(request -> request()).toList();
    }

    private Rows request() {
        Tensor row = Tensor.of(
                "images",
                DataType.FP32,
                Shape.of(1, elements),
                ByteBuffer.allocate(elements * Float.BYTES).asReadOnlyBuffer());
        return new Rows(List.of(row), List.of("logits"));
    }

    @TearDown
    public void leaveMemory() {
        memory.close();
    }

    /** The requests' rows, one behind the other. */
    @Benchmark
    public BatchMemory gathered() {
        RowBatches.gather(parts, memory);
        return memory;
    }

    /** Each request's outputs, in memory of their own. */
    @Benchmark
    public List<List<Tensor>> handedOut() {
        return RowBatches.handOut(memory, parts);
    }
}
