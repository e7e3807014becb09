package io.tiergate.cli.demo;

import io.grpc.Status;
import io.tiergate.cli.data.IdxFixtures;
import io.tiergate.cli.data.ImageFiles;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.FinalVerdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A run put together by hand. The images' true classes alternate: Bag (1), Coat (0), Bag, Coat … */
final class SmallRun {
    static final List<String> LABELS = List.of("Coat", "Bag");

    final Outcomes outcomes = new Outcomes();
    final List<Reply> replies = new ArrayList<>();
    final LabeledImages images;
    final Truth truth;

    /** @param folder takes the images' files */
    SmallRun(Path folder) throws IOException {
        images = new RepeatedImages(ImageFiles.read(IdxFixtures.twoImages(folder, "test"), "test", "--data"));
        truth = new Truth(images, LABELS);
    }

    /** @param promise null for none */
    Reply.Answered answer(Decision decision, String label, String promise) {
        Answer answer = new Answer(decision, label, label, 0.625, Optional.ofNullable(promise), "small/1@sha256:11");
        answer.promise().ifPresent(outcomes::promised);
        Reply.Answered reply = new Reply.Answered(replies.size(), 2_000_000, answer);
        replies.add(reply);
        return reply;
    }

    Reply.Failed failure() {
        Reply.Failed reply = new Reply.Failed(replies.size(), 1_000_000, Status.UNAVAILABLE);
        replies.add(reply);
        return reply;
    }

    void verdict(String id, String label) {
        end(id, EscalationState.ESCALATION_STATE_VERDICT, label);
    }

    void parked(String id) {
        end(id, EscalationState.ESCALATION_STATE_PARKED, "");
    }

    private void end(String id, EscalationState state, String label) {
        outcomes.delivered(Escalation.newBuilder()
                .setEscalationId(id)
                .setState(state)
                .setVerdict(FinalVerdict.newBuilder().setLabel(label))
                .build());
    }
}
