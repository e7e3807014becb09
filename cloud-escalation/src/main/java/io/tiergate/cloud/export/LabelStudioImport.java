package io.tiergate.cloud.export;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Reads what Label Studio exports as JSON. A task that cannot be understood is told by its number and harms no other.
 *
 * @param labels in the file's order, one for each annotation that was not skipped
 * @param problems one sentence each, the first so many
 */
public record LabelStudioImport(List<ImportedLabel> labels, List<String> problems) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_LABELS = 100_000;
    private static final int MOST_PROBLEMS = 100;

    public LabelStudioImport {
        labels = List.copyOf(labels);
        problems = List.copyOf(problems);
    }

    /**
     * Reads a file, task after task. Blocks.
     *
     * @throws UnreadableImportException with one sentence if it is no list of tasks, or holds too many labels
     * @throws IOException if the stream breaks
     */
    public static LabelStudioImport read(InputStream in) throws IOException, UnreadableImportException {
        List<ImportedLabel> labels = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(in)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new UnreadableImportException("the file is no list (expected: Label Studio's export as JSON)");
            }
            for (int number = 1; parser.nextToken() != JsonToken.END_ARRAY; number++) {
                read(parser.readValueAsTree(), number, labels, problems);
                if (labels.size() > MOST_LABELS) {
                    throw new UnreadableImportException(
                            "more than %d labels (expected: at most so many; import them in parts)"
                                    .formatted(MOST_LABELS));
                }
            }
        } catch (JsonProcessingException e) {
            throw new UnreadableImportException("the file is no JSON: " + e.getOriginalMessage() + " in line "
                    + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()));
        }
        return new LabelStudioImport(labels, problems);
    }

    private static void read(JsonNode task, int number, List<ImportedLabel> labels, List<String> problems) {
        try {
            UUID id = id(task.path("data").path("escalation_id"));
            JsonNode annotations = task.path("annotations");
            if (!annotations.isArray()) {
                throw new IllegalArgumentException(
                        "annotations: missing (expected: a list; export as JSON, not as JSON-MIN)");
            }
            List<ImportedLabel> own = new ArrayList<>();
            for (JsonNode annotation : annotations) {
                if (!annotation.path("was_cancelled").asBoolean(false)) {
                    own.add(new ImportedLabel(id, label(annotation), annotator(annotation)));
                }
            }
            labels.addAll(own);
        } catch (IllegalArgumentException e) {
            if (problems.size() < MOST_PROBLEMS) {
                problems.add("task %d: %s".formatted(number, e.getMessage()));
            }
        }
    }

    private static UUID id(JsonNode text) {
        try {
            UUID id = UUID.fromString(text.asText());
            // The parser is lenient: it takes 1-1-1-1-1 for a UUID too.
            if (id.toString().equalsIgnoreCase(text.asText())) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new IllegalArgumentException(
                "data.escalation_id: %s (expected: a UUID, as the export wrote it)".formatted(shown(text)));
    }

    private static String label(JsonNode annotation) {
        List<String> choices = new ArrayList<>();
        for (JsonNode result : annotation.path("result")) {
            result.path("value").path("choices").forEach(choice -> choices.add(choice.asText()));
        }
        if (choices.size() != 1 || choices.getFirst().isBlank()) {
            throw new IllegalArgumentException(
                    "annotations.result: %d choices (expected: one, the label)".formatted(choices.size()));
        }
        return choices.getFirst();
    }

    /** Whom Label Studio names, else the reviewer of an annotation that came from here. */
    private static String annotator(JsonNode annotation) {
        JsonNode by = annotation.path("completed_by");
        for (String key : List.of("email", "username", "id")) {
            if (by.hasNonNull(key)) {
                return by.get(key).asText();
            }
        }
        if (by.isValueNode() && !by.isNull()) {
            return by.asText();
        }
        return annotation
                .path("result")
                .path(0)
                .path("meta")
                .path("text")
                .path(0)
                .asText("");
    }

    private static String shown(JsonNode node) {
        String text = node.isMissingNode() ? "missing" : node.toString();
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
