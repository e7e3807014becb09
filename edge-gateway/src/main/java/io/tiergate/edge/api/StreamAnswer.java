package io.tiergate.edge.api;

import io.grpc.Status;
import io.tiergate.edge.inference.Answer;
import io.tiergate.proto.v1.InferStreamResponse;
import io.tiergate.proto.v1.RequestFailure;
import io.tiergate.serving.grpc.Failures;
import java.util.List;

/**
 * What a request on a stream has come to.
 *
 * @param escalations ids that the response shows and whose verdicts are to be told
 */
record StreamAnswer(InferStreamResponse response, List<String> escalations) {
    StreamAnswer {
        escalations = List.copyOf(escalations);
    }

    /** @param withVerdicts whether the client wants those that are still to come */
    static StreamAnswer result(String requestId, Answer answer, boolean withVerdicts) {
        List<String> undecided = answer.samples().stream()
                .filter(sample -> sample.decidedBy().isEmpty())
                .flatMap(sample -> sample.escalationId().stream())
                .toList();
        return new StreamAnswer(
                InferStreamResponse.newBuilder()
                        .setRequestId(requestId)
                        .setResult(InferResponses.of(answer))
                        .build(),
                withVerdicts ? undecided : List.of());
    }

    static StreamAnswer failure(String requestId, Throwable failure) {
        Status status = Failures.toStatus(failure).getStatus();
        RequestFailure told = RequestFailure.newBuilder()
                .setCode(status.getCode().value())
                .setMessage(status.getDescription() == null ? "" : status.getDescription())
                .build();
        return new StreamAnswer(
                InferStreamResponse.newBuilder()
                        .setRequestId(requestId)
                        .setFailure(told)
                        .build(),
                List.of());
    }
}
