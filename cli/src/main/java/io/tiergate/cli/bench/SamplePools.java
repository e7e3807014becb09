package io.tiergate.cli.bench;

import com.google.protobuf.ByteString;
import io.tiergate.cli.gateway.PartRequest;
import io.tiergate.parts.Lot;
import io.tiergate.parts.PartGenerator;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** A thousand different parts as requests, in files that the load generator reads: each after its length as four bytes. */
final class SamplePools {
    static final int SAMPLES = 1_000;
    /** Every tenth sample asks to be escalated; the gate accepts the others. */
    static final int ESCALATED_EVERY = 10;

    /** The seed of the test draw, see the model card beside the models. */
    private static final long SEED = 3;

    private static final float WHITE = 255f;
    private static final InferParameter ALWAYS =
            InferParameter.newBuilder().setStringParam("always").build();

    private final List<ByteString> tensors;

    private SamplePools(List<ByteString> tensors) {
        this.tensors = tensors;
    }

    static SamplePools generate() {
        PartGenerator generator = new PartGenerator(SEED, Lot.NORMAL);
        return new SamplePools(IntStream.range(0, SAMPLES)
                .parallel()
                .mapToObj(i -> floats(generator.part(i).image().pixels()))
                .toList());
    }

    private static ByteString floats(byte[] pixels) {
        ByteBuffer floats = ByteBuffer.allocate(pixels.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (byte pixel : pixels) {
            floats.putFloat(Byte.toUnsignedInt(pixel) / WHITE);
        }
        return ByteString.copyFrom(floats.flip());
    }

    /** @param escalating whether every tenth carries {@code tiergate.escalation=always} */
    Path write(Path file, String model, boolean escalating) throws IOException {
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (int i = 0; i < tensors.size(); i++) {
                byte[] request = request(model, i, escalating && i % ESCALATED_EVERY == ESCALATED_EVERY - 1)
                        .toByteArray();
                out.writeInt(request.length);
                out.write(request);
            }
        }
        return file;
    }

    /** The samples themselves: FP32, {@code [1, 1, side, side]}. */
    List<ByteString> tensors() {
        return tensors;
    }

    /** One sample, which may ask to be escalated. */
    ModelInferRequest request(String model, int index, boolean escalated) {
        ModelInferRequest.Builder request = PartRequest.of(model, tensors.get(index));
        if (escalated) {
            request.putParameters("tiergate.escalation", ALWAYS);
        }
        return request.build();
    }
}
