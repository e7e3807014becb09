package io.tiergate.cli.demo;

import io.tiergate.cli.Terminal;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.FinalVerdict;
import io.tiergate.proto.v1.SampleResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the edge said of a picture, and what became of it.
 *
 * @param escalation present if it was promised to the cloud
 */
record PictureOutcome(SampleResult result, Optional<Escalation> escalation) {

    /** Whether it needs nothing more, or waits for a person. */
    boolean isSuccess() {
        return escalation
                .map(sent -> switch (sent.getState()) {
                    case ESCALATION_STATE_VERDICT, ESCALATION_STATE_PARKED -> true;
                    case ESCALATION_STATE_PENDING,
                            ESCALATION_STATE_SENT,
                            ESCALATION_STATE_EXPIRED,
                            ESCALATION_STATE_EVICTED,
                            ESCALATION_STATE_REJECTED,
                            ESCALATION_STATE_UNSPECIFIED,
                            UNRECOGNIZED -> false;
                })
                .orElse(true);
    }

    void print(Path picture, Terminal terminal) {
        terminal.say("");
        terminal.say("%s", picture);
        words().forEach(sentence -> terminal.say("  %s", sentence));
    }

    /** One sentence about the edge, and one about the cloud where that was asked. */
    List<String> words() {
        List<String> sentences = new ArrayList<>();
        sentences.add(String.format(
                Locale.ROOT,
                "The edge says %s: confidence %.3f, threshold %.3f, %s.",
                result.getEdge().getLabel().isEmpty()
                        ? "nothing that can be read"
                        : result.getEdge().getLabel(),
                result.getConfidence(),
                result.getThreshold(),
                decision()));
        escalation.map(PictureOutcome::end).ifPresent(sentences::add);
        return sentences;
    }

    private String decision() {
        return switch (result.getDecision()) {
            case DECISION_ACCEPTED ->
                escalation.isPresent() ? "accepted, and drawn to be checked by the cloud" : "accepted";
            case DECISION_ESCALATED -> "escalated";
            case DECISION_LOCAL_ONLY -> "in doubt, but the model escalates to nobody";
            case DECISION_SHED -> "in doubt, but not sent (%s)".formatted(result.getReason());
            case DECISION_RESOLVED -> "in doubt, but an earlier verdict says %s".formatted(result.getLabel());
            case DECISION_UNSPECIFIED, UNRECOGNIZED -> "with a decision unknown here";
        };
    }

    private static String end(Escalation escalation) {
        return switch (escalation.getState()) {
            case ESCALATION_STATE_VERDICT -> verdict(escalation.getVerdict());
            case ESCALATION_STATE_PARKED ->
                "The ensemble is unsure: %s. It waits for a person.".formatted(escalation.getReason());
            case ESCALATION_STATE_REJECTED -> "The cloud rejected it: %s.".formatted(escalation.getReason());
            case ESCALATION_STATE_EXPIRED -> "It expired before a verdict came.";
            case ESCALATION_STATE_EVICTED -> "It was evicted from the outbox: %s.".formatted(escalation.getReason());
            case ESCALATION_STATE_PENDING, ESCALATION_STATE_SENT, ESCALATION_STATE_UNSPECIFIED, UNRECOGNIZED ->
                "No verdict came in time.";
        };
    }

    private static String verdict(FinalVerdict verdict) {
        String judge =
                switch (verdict.getSource()) {
                    case VERDICT_SOURCE_ENSEMBLE ->
                        verdict.getDegraded() ? "The ensemble, with a member missing," : "The ensemble";
                    case VERDICT_SOURCE_HUMAN -> "A person";
                    case VERDICT_SOURCE_APPLICATION -> "The application";
                    case VERDICT_SOURCE_UNSPECIFIED, UNRECOGNIZED -> "The cloud";
                };
        return "%s says %s.".formatted(judge, verdict.getLabel());
    }
}
