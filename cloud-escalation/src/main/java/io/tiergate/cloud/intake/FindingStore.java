package io.tiergate.cloud.intake;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.review.AnswerStore;
import io.tiergate.cloud.review.Recording;
import io.tiergate.cloud.review.StoredAnswer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Stores what was found. What the database takes neither now nor later becomes a rejection, so that nothing waits behind it. */
@ApplicationScoped
class FindingStore {
    /**
     * Findings as they were stored.
     *
     * @param rows one an id
     */
    record Stored(Findings findings, Map<UUID, StoredAnswer> rows) {}

    private final AnswerStore answers;
    private final Adjudicator adjudicator;

    @Inject
    FindingStore(AnswerStore answers, Adjudicator adjudicator) {
        this.answers = answers;
        this.adjudicator = adjudicator;
    }

    /** Waits for the database as long as it takes; safe to run twice. */
    Uni<Stored> store(Findings findings) {
        return answers.record(findings.toAnswers())
                .chain(recording -> recording.refusals().isEmpty()
                        ? Uni.createFrom().item(new Stored(findings, recording.rows()))
                        : storeRejections(findings, recording));
    }

    private Uni<Stored> storeRejections(Findings findings, Recording<StoredAnswer> recording) {
        Map<UUID, List<Finding>> byId = new HashMap<>();
        recording
                .refusals()
                .forEach((id, why) -> byId.put(id, rejections(findings.byId().get(id), why)));
        Findings rejections = new Findings(byId);
        return answers.record(rejections.toAnswers())
                .map(second -> new Stored(
                        findings.replacedBy(rejections),
                        recording.and(second).and(unstored(rejections, second)).rows()));
    }

    private List<Finding> rejections(List<Finding> copies, String why) {
        Refusal refusal = new Refusal(Refusal.Code.NOT_STORABLE, "the database does not take this sample: " + why);
        return copies.stream()
                .map(copy -> copy.refusal().isPresent() ? copy : adjudicator.rejection(copy.reading(), refusal))
                .toList();
    }

    /** Where not even the rejection can be stored the edge is told all the same, as if this record had made a row. */
    private static Recording<StoredAnswer> unstored(Findings rejections, Recording<StoredAnswer> recording) {
        Map<UUID, StoredAnswer> rows = new HashMap<>();
        for (UUID id : recording.refusals().keySet()) {
            Finding latest = rejections.byId().get(id).get(0);
            rows.put(
                    id,
                    new StoredAnswer(
                            latest.reading().place(), latest.reading().place(), latest.verdict(), Optional.empty()));
        }
        return new Recording<>(rows, Map.of());
    }
}
