package io.tiergate.cloud.export;

import io.tiergate.cloud.export.LabelRow.Label;
import io.tiergate.cloud.export.LabelRow.Model;
import io.tiergate.cloud.export.LabelRow.PersonsLabel;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The columns of a table of labels. Their names and types are what readers depend on: add at the end, and change none. */
final class Columns {
    enum Type {
        TEXT,
        WHOLE_NUMBER,
        NUMBER,
        /** An {@link java.time.Instant}. */
        TIME
    }

    /**
     * @param value of a row: a String, a Long, a Double or an Instant; null where there is none
     */
    record Column(String name, Type type, Function<LabelRow, Object> value) {}

    static final List<Column> ALL = List.of(
            text("escalation_id", row -> row.escalationId().toString()),
            text("site", LabelRow::site),
            text("device", LabelRow::device),
            text("model", row -> row.edge().name()),
            new Column("model_version", Type.WHOLE_NUMBER, row -> row.edge().version()),
            text("model_digest", row -> row.edge().digest()),
            text("ensemble", row -> row.ensemble().map(Model::name).orElse(null)),
            new Column("ensemble_version", Type.WHOLE_NUMBER, row -> row.ensemble()
                    .map(Model::version)
                    .orElse(null)),
            text("ensemble_digest", row -> row.ensemble().map(Model::digest).orElse(null)),
            text("edge_label", LabelRow::edgeLabel),
            new Column("edge_score", Type.NUMBER, LabelRow::edgeScore),
            ofLabel("label", Type.TEXT, Label::text),
            ofLabel("source", Type.TEXT, Label::source),
            ofLabel("rank", Type.WHOLE_NUMBER, label -> (long) label.rank()),
            ofLabel("revision", Type.WHOLE_NUMBER, label -> (long) label.revision()),
            text("reviewer", Columns::reviewers),
            ofLabel("decided_at", Type.TIME, Label::decidedAt),
            text("content_digest", LabelRow::contentDigest),
            text("purpose", LabelRow::purpose),
            new Column("inclusion_probability", Type.NUMBER, LabelRow::inclusionProbability));

    private Columns() {}

    private static Column text(String name, Function<LabelRow, String> value) {
        return new Column(name, Type.TEXT, row -> {
            String text = value.apply(row);
            return text == null || text.isEmpty() ? null : text;
        });
    }

    private static Column ofLabel(String name, Type type, Function<Label, Object> value) {
        return new Column(name, type, row -> row.label().map(value).orElse(null));
    }

    /** Those who gave the label that counts. */
    private static String reviewers(LabelRow row) {
        String label = row.label().map(Label::text).orElse("");
        return row.people().stream()
                .filter(person -> person.label().equals(label))
                .map(PersonsLabel::reviewer)
                .distinct()
                .collect(Collectors.joining(" "));
    }
}
