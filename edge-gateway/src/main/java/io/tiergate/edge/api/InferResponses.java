package io.tiergate.edge.api;

import io.tiergate.edge.inference.Answer;
import io.tiergate.edge.inference.SampleAnswer;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.InferResponse;
import io.tiergate.proto.v1.SampleResult;

/** Answers as Tiergate's own API shows them. */
final class InferResponses {
    private InferResponses() {}

    static InferResponse of(Answer answer) {
        ServedModel model = answer.model();
        InferResponse.Builder response = InferResponse.newBuilder().setModel(model.reference());
        answer.samples().forEach(sample -> response.addResults(result(model, sample)));
        return response.build();
    }

    private static SampleResult result(ServedModel model, SampleAnswer sample) {
        return SampleResult.newBuilder()
                .setDecision(decision(sample))
                .setLabelIndex(sample.labelIndex())
                .setLabel(sample.label())
                .setTier(Tiers.of(sample))
                .setProvisional(sample.isProvisional())
                .setConfidence(sample.edge().score())
                .setThreshold(sample.threshold())
                .setReason(sample.reason())
                .setEscalationId(sample.escalationId().orElse(""))
                .setEdge(EdgePrediction.newBuilder()
                        .setLabelIndex(sample.edge().top())
                        .setLabel(model.label(sample.edge().top()))
                        .addAllProbabilities(sample.edge().distribution().toFloats()))
                .build();
    }

    private static Decision decision(SampleAnswer sample) {
        return switch (sample.decision()) {
            case ACCEPTED -> Decision.DECISION_ACCEPTED;
            case ESCALATED -> Decision.DECISION_ESCALATED;
            case LOCAL_ONLY -> Decision.DECISION_LOCAL_ONLY;
            case SHED -> Decision.DECISION_SHED;
            case RESOLVED -> Decision.DECISION_RESOLVED;
        };
    }
}
