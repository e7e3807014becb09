package io.tiergate.sim;

import com.google.protobuf.ByteString;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.ModelReference;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.UUID;

/** What clients send: mostly sound samples, some that the ensemble is unsure of, some that the cloud or the broker refuses. */
final class SimulatedSamples {
    private static final float NAN = Float.NaN;
    /** As {@code core/src/test/models/make_models.py} works them out: final, final, parked, degraded, without quorum. */
    private static final List<float[]> INPUTS = List.of(
            new float[] {1, 0, 0, 0},
            new float[] {0, 1, 0, 0},
            new float[] {1, 1, 1, 0},
            new float[] {1, 0, 0, NAN},
            new float[] {NAN, 0, 0, 0});

    private SimulatedSamples() {}

    static String id(Chance chance) {
        return new UUID((chance.number() & ~0xF000L) | 0x7000L, (chance.number() >>> 2) | (1L << 63)).toString();
    }

    static EscalatedSample sample(Chance chance, int replyPartition) {
        EscalatedSample.Builder sample = EscalatedSample.newBuilder()
                .setEscalationId(id(chance))
                .setTenant(chance.happens(0.03) ? "nobody" : Names.TENANT)
                .setSite(Names.SITE)
                .setDevice("device-1")
                .setReplyPartition(replyPartition)
                .setPurpose(chance.happens(0.2) ? Purpose.PURPOSE_AUDITED : Purpose.PURPOSE_ESCALATED)
                .setInclusionProbability(1)
                .setModel(ModelReference.newBuilder().setName("tiny-edge").setVersion(1))
                .setEnsemble(chance.happens(0.03) ? "none" : Names.ENSEMBLE)
                .setPrediction(EdgePrediction.newBuilder().setLabelIndex(1).setLabel("b"))
                .setScoreName("margin")
                .setScore(chance.between(0, 10) / 10.0)
                .setThreshold(0.8)
                .setReason("below-threshold")
                .setContentDigest(ByteString.copyFrom(new byte[32]))
                .setSubject("s".repeat(chance.happens(0.03) ? World.LARGEST_RECORD_BYTES : chance.between(0, 600)));
        return sample.setTensors(tensors(chance)).build();
    }

    private static Tensors tensors(Chance chance) {
        if (chance.happens(0.05)) {
            return Tensors.getDefaultInstance();
        }
        float[] input = chance.happens(0.6) ? INPUTS.get(0) : chance.of(INPUTS);
        int width = chance.happens(0.03) ? input.length - 1 : input.length;
        ByteBuffer bytes = ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(input, 0, width);
        return Tensors.newBuilder()
                .addTensors(Tensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(width)
                        .setData(ByteString.copyFrom(bytes)))
                .build();
    }
}
