package io.tiergate.edge.inference;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.util.Timestamps;
import io.tiergate.edge.EdgeConfig;
import io.tiergate.edge.escalation.NewEscalation;
import io.tiergate.gate.Assessment;
import io.tiergate.gate.GateDecision;
import io.tiergate.model.Sha256;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Tensors;
import io.tiergate.runtime.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/** Puts a doubtful sample into the form in which it is stored and sent. */
final class SampleRecords {
    /** UUIDv7: ids sort roughly by time, which helps indexes; nothing relies on it. Safe on every thread. */
    private static final NoArgGenerator IDS = Generators.timeBasedEpochGenerator();

    private final EdgeConfig site;
    private final int replyPartition;

    SampleRecords(EdgeConfig site, int replyPartition) {
        this.site = site;
        this.replyPartition = replyPartition;
    }

    /**
     * @param contentDigest of one row of every input, by which the sample is identified
     * @param payload what is sent: the inputs, an output in their place, or nothing
     */
    NewEscalation escalation(
            ServedModel model,
            String ensemble,
            ByteString contentDigest,
            List<Tensor> payload,
            Assessment edge,
            GateDecision decision,
            String subject) {
        boolean audited = decision instanceof GateDecision.Accept;
        double inclusion = decision instanceof GateDecision.Accept accept ? accept.auditProbability() : 1;
        long epoch =
                switch (decision) {
                    case GateDecision.Accept accept -> accept.epoch();
                    case GateDecision.Escalate escalate -> escalate.epoch();
                    case GateDecision.KeepLocal local -> throw new IllegalArgumentException("may not leave");
                    case GateDecision.Shed shed -> throw new IllegalArgumentException("over the budget");
                };
        return new NewEscalation(EscalatedSample.newBuilder()
                .setEscalationId(IDS.generate().toString())
                .setTenant(site.tenant())
                .setSite(site.site())
                .setDevice(site.device())
                .setReplyPartition(replyPartition)
                .setPurpose(audited ? Purpose.PURPOSE_AUDITED : Purpose.PURPOSE_ESCALATED)
                .setInclusionProbability(inclusion)
                .setModel(model.reference())
                .setEnsemble(ensemble)
                .setPrediction(prediction(model, edge))
                .setScoreName(model.manifest().confidence().score().word())
                .setScore(edge.score())
                .setThreshold(decision.threshold())
                .setReason(decision.reason())
                .setGateEpoch(epoch)
                .setContentDigest(contentDigest)
                .setSubject(subject)
                .setCreatedAt(Timestamps.fromMillis(System.currentTimeMillis()))
                // Set even if there are none: that tells a sample sent without payload from one that lost it.
                .setTensors(Tensors.newBuilder()
                        .addAllTensors(
                                payload.stream().map(SampleRecords::toProto).toList()))
                .build());
    }

    String tenant() {
        return site.tenant();
    }

    static EdgePrediction prediction(ServedModel model, Assessment edge) {
        return EdgePrediction.newBuilder()
                .setLabelIndex(edge.top())
                .setLabel(model.label(edge.top()))
                .addAllProbabilities(edge.distribution().toFloats())
                .build();
    }

    private static io.tiergate.proto.v1.Tensor toProto(Tensor tensor) {
        var builder = io.tiergate.proto.v1.Tensor.newBuilder()
                .setName(tensor.name())
                .setDatatype(tensor.type().name())
                .setData(UnsafeByteOperations.unsafeWrap(tensor.data()));
        for (long size : tensor.shape().toArray()) {
            builder.addShape(size);
        }
        return builder.build();
    }

    /** SHA-256 over names, types, shapes and bytes of one row of every input. */
    static ByteString contentDigest(List<Tensor> inputs) {
        MessageDigest digest = Sha256.begin();
        for (Tensor input : inputs) {
            // The head names what follows and how long it is, so that bytes cannot move between tensors unnoticed.
            digest.update((input + " " + input.sizeBytes() + "\n").getBytes(StandardCharsets.UTF_8));
            ByteBuffer data = input.data();
            digest.update(data);
        }
        return ByteString.copyFrom(digest.digest());
    }
}
