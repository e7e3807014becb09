package io.tiergate.serving.openinference;

import com.google.protobuf.ByteString;
import io.tiergate.proto.inference.InferTensorContents;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferRequest.InferInputTensor;
import io.tiergate.runtime.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
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

/**
 * From the wire's bytes to checked tensors, and on to the one copy into native memory. Run with {@code -prof gc}: what matters is the
 * allocation per call, and that for raw contents it does not grow with the tensor.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequestDecodingBenchmark {
    /** Elements of one FP32 tensor: of 3 KiB, of a 224 by 224 colour picture, and of four of these. */
    @Param({"768", "150528", "602112"})
    int elements;

    private ByteString rawMessage;
    private ByteString typedMessage;
    private ModelInferRequest rawRequest;
    private ByteBuffer nativeMemory;

    @Setup
    public void makeMessages() {
        InferInputTensor.Builder input = InferInputTensor.newBuilder()
                .setName("images")
                .setDatatype("FP32")
                .addShape(1)
                .addShape(elements);
        rawRequest = ModelInferRequest.newBuilder()
                .setModelName("part-inspection-edge")
                .addInputs(input)
                .addRawInputContents(ByteString.copyFrom(new byte[elements * Float.BYTES]))
                .build();
        rawMessage = rawRequest.toByteString();
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (int i = 0; i < elements; i++) {
            contents.addFp32Contents(i);
        }
        typedMessage = ModelInferRequest.newBuilder()
                .setModelName("part-inspection-edge")
                .addInputs(input.setContents(contents))
                .build()
                .toByteString();
        nativeMemory = ByteBuffer.allocateDirect(elements * Float.BYTES);
    }

    /** What comes after protobuf's parser: the conversion proper. */
    @Benchmark
    public List<Tensor> rawConversion() {
        return TensorCodec.decode(rawRequest);
    }

    /** The conversion and the copy that ONNX Runtime makes unavoidable, into memory that is reused. */
    @Benchmark
    public ByteBuffer rawConversionIntoNativeMemory() {
        nativeMemory.clear();
        for (Tensor tensor : TensorCodec.decode(rawRequest)) {
            nativeMemory.put(tensor.data());
        }
        return nativeMemory;
    }

    /** With protobuf's parser before it, which copies what it reads. */
    @Benchmark
    public List<Tensor> rawParsed() throws IOException {
        return TensorCodec.decode(ModelInferRequest.parseFrom(rawMessage.newInput()));
    }

    /** The same tensor as repeated numbers. */
    @Benchmark
    public List<Tensor> typedParsed() throws IOException {
        return TensorCodec.decode(ModelInferRequest.parseFrom(typedMessage.newInput()));
    }
}
