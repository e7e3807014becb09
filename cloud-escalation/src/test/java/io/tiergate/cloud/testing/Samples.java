package io.tiergate.cloud.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.ModelReference;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.ReportedLabel;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/** Escalations to the ensemble {@code tiny-ensemble}. */
public final class Samples {
    /** 2026-11-21T10:00:00Z. */
    public static final Timestamp REPORTED_AT =
            Timestamp.newBuilder().setSeconds(1_795_255_200).build();

    private Samples() {}

    /** A sound first question. */
    public static EscalatedSample.Builder sample(String tenant, Input input) {
        float[] x = input.toArray();
        return EscalatedSample.newBuilder()
                .setEscalationId(UUID.randomUUID().toString())
                .setTenant(tenant)
                .setSite("site-1")
                .setDevice("device-1")
                .setReplyPartition(3)
                .setAttempt(1)
                .setLedgerSequence(1)
                .setPurpose(Purpose.PURPOSE_ESCALATED)
                .setInclusionProbability(1)
                .setModel(ModelReference.newBuilder().setName("tiny-edge").setVersion(1))
                .setEnsemble("tiny-ensemble")
                .setPrediction(EdgePrediction.newBuilder().setLabelIndex(1).setLabel("b"))
                .setScoreName("margin")
                .setScore(0.364)
                .setThreshold(0.5)
                .setReason("below-threshold")
                .setContentDigest(ByteString.copyFrom(new byte[32]))
                .setTensors(Tensors.newBuilder().addTensors(tensor("x", "FP32", bytes(x), 1, x.length)));
    }

    /** A sound first question of which the edge sent scores only. */
    public static EscalatedSample.Builder withoutPayload(String tenant) {
        return sample(tenant, Input.SURE_A).setTensors(Tensors.getDefaultInstance());
    }

    /** The same sample with what its application says it is, and without its payload: the cloud has it already. */
    public static EscalatedSample.Builder reported(EscalatedSample sample, String label, int revision) {
        return labelled(sample, label, revision).clearPayload();
    }

    /** The same sample with what its application says it is. */
    public static EscalatedSample.Builder labelled(EscalatedSample sample, String label, int revision) {
        return sample.toBuilder()
                .setReportedLabel(ReportedLabel.newBuilder()
                        .setLabel(label)
                        .setRevision(revision)
                        .setReportedAt(REPORTED_AT));
    }

    public static Tensor tensor(String name, String datatype, ByteString data, long... shape) {
        Tensor.Builder tensor =
                Tensor.newBuilder().setName(name).setDatatype(datatype).setData(data);
        for (long size : shape) {
            tensor.addShape(size);
        }
        return tensor.build();
    }

    public static ByteString bytes(float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return ByteString.copyFrom(buffer);
    }
}
