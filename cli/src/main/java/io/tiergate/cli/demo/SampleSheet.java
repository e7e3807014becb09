package io.tiergate.cli.demo;

import io.tiergate.cli.CommandFailure;
import io.tiergate.parts.sheet.ContactSheet;
import io.tiergate.parts.sheet.Tile;
import io.tiergate.proto.v1.EscalationState;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Shows samples of a run: each picture with what the edge said, how sure it was, what the gate did and what came back. */
final class SampleSheet {
    private static final int COLUMNS = 6;
    private static final Color RIGHT = new Color(0x2E8B57);
    private static final Color WRONG = new Color(0xC0392B);
    private static final Color OPEN = new Color(0xE0A000);

    private final ModelReplay.Result result;
    private final LabeledImages images;
    private final Truth truth;

    SampleSheet(ModelReplay.Result result, LabeledImages images) {
        this.result = result;
        this.images = images;
        this.truth = new Truth(images, result.model().labels());
    }

    /**
     * Writes the sheet as PNG, replacing a file that is there.
     *
     * @throws CommandFailure if no request was answered
     */
    void write(Path file) throws IOException {
        List<Reply.Answered> samples = SampleMix.choose(result.replies(), result.outcomes(), truth);
        if (samples.isEmpty()) {
            throw new CommandFailure("--show: there is nothing to show, since no request was answered");
        }
        String title = String.format(
                Locale.ROOT,
                "%d of %,d %s. Green: right in the end, red: wrong, yellow: left to a person",
                samples.size(),
                result.replies().size(),
                images.noun());
        new ContactSheet(title, samples.stream().map(this::tile).toList(), COLUMNS).write(file);
    }

    private Tile tile(Reply.Answered sample) {
        return Tile.of(images.image(sample.index()), images.columns(), images.rows(), captions(sample), frame(sample));
    }

    /** Four short lines, since a line has room for about 20 characters. */
    List<String> captions(Reply.Answered sample) {
        Answer answer = sample.answer();
        return List.of(
                "edge: " + answer.edgeLabel(),
                String.format(Locale.ROOT, "%s at %.2f", decision(answer), answer.confidence()),
                verdict(answer),
                "truth: " + truth.label(sample.index()));
    }

    private static String decision(Answer answer) {
        return switch (answer.decision()) {
            case ACCEPTED -> answer.isAudited() ? "audited" : "accepted";
            case ESCALATED -> "escalated";
            case LOCAL_ONLY -> "kept here";
            case SHED -> "shed";
            case RESOLVED -> "resolved";
        };
    }

    private String verdict(Answer answer) {
        if (answer.decision() == Decision.RESOLVED) {
            return "cloud: " + answer.label();
        }
        if (answer.promise().isEmpty()) {
            return "cloud: not asked";
        }
        return result.outcomes()
                .end(answer.promise().get())
                .map(end -> switch (end.state()) {
                    case ESCALATION_STATE_VERDICT -> "cloud: " + end.label();
                    case ESCALATION_STATE_PARKED -> "cloud: unsure";
                    case ESCALATION_STATE_EXPIRED -> "cloud: too late";
                    case ESCALATION_STATE_EVICTED -> "cloud: not sent";
                    case ESCALATION_STATE_REJECTED -> "cloud: refused";
                    case ESCALATION_STATE_PENDING, ESCALATION_STATE_SENT, ESCALATION_STATE_UNSPECIFIED, UNRECOGNIZED ->
                        "cloud: no answer";
                })
                .orElse("cloud: no answer");
    }

    private Color frame(Reply.Answered sample) {
        boolean parked = sample.answer()
                .promise()
                .flatMap(result.outcomes()::end)
                .filter(end -> end.state() == EscalationState.ESCALATION_STATE_PARKED)
                .isPresent();
        if (parked) {
            return OPEN;
        }
        return truth.isRight(sample.index(), result.outcomes().finalLabel(sample.answer())) ? RIGHT : WRONG;
    }
}
