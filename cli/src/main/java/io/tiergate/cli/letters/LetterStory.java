package io.tiergate.cli.letters;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiergate.cli.CommandFailure;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.header.Header;

/** Everything that is known of one dead letter. */
public final class LetterStory {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_BYTES_SHOWN = 64;

    private LetterStory() {}

    /**
     * Reads it.
     *
     * @throws CommandFailure if there is none at that place
     */
    public static ObjectNode of(LetterTopic topic, Place place) {
        List<ObjectNode> found = new ArrayList<>();
        topic.forEach(LetterQuery.of(place), topic.replayed(), (letter, replayed) -> {
            found.add(told(letter, replayed));
            return false;
        });
        return found.stream()
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        "no dead letter lies at %s in %s; ./tiergate dead-letters list shows which there are"
                                .formatted(place, topic.name())));
    }

    private static ObjectNode told(DeadLetter letter, boolean replayed) {
        ObjectNode story = JSON.createObjectNode()
                .put("letter", letter.place().toString())
                .put("time", letter.time().toString())
                .put("code", letter.reasonCode())
                .put("reason", letter.reason())
                .put("origin", letter.origin())
                .put("replayed", replayed)
                .put("key", printable(letter.record().key()))
                .put("bytes", letter.sizeBytes());
        ObjectNode headers = story.putObject("headers");
        for (Header header : letter.record().headers()) {
            headers.put(header.key(), printable(header.value()));
        }
        letter.sample().ifPresentOrElse(sample -> describe(story.putObject("sample"), sample), () -> {
            byte[] value = letter.record().value();
            story.put("value_begins", value == null ? null : hex(value));
        });
        return story;
    }

    private static void describe(ObjectNode node, EscalatedSample sample) {
        node.put("id", sample.getEscalationId())
                .put("tenant", sample.getTenant())
                .put("site", sample.getSite())
                .put("device", sample.getDevice())
                .put("attempt", sample.getAttempt())
                .put("reply_partition", sample.getReplyPartition())
                .put(
                        "model",
                        sample.getModel().getName() + "/" + sample.getModel().getVersion())
                .put("ensemble", sample.getEnsemble())
                .put("edge_label", sample.getPrediction().getLabel())
                .put("why", sample.getReason());
        if (sample.hasReportedLabel()) {
            node.put("reported_label", sample.getReportedLabel().getLabel());
        }
        if (sample.hasClaimCheck()) {
            node.put("claim_check", sample.getClaimCheck().getUri());
        }
        for (Tensor tensor : sample.getTensors().getTensorsList()) {
            node.withArray("tensors")
                    .add("%s %s%s, %d bytes"
                            .formatted(
                                    tensor.getName(),
                                    tensor.getDatatype(),
                                    tensor.getShapeList(),
                                    tensor.getData().size()));
        }
    }

    /** As text where it is some, else in hexadecimal: what is shown must not move the terminal's cursor. */
    private static String printable(byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        String text = new String(bytes, UTF_8);
        return text.codePoints().anyMatch(point -> Character.isISOControl(point) || point == 0xFFFD)
                ? hex(bytes)
                : text;
    }

    private static String hex(byte[] bytes) {
        String shown = HexFormat.of().formatHex(Arrays.copyOf(bytes, Math.min(bytes.length, MOST_BYTES_SHOWN)));
        return bytes.length > MOST_BYTES_SHOWN ? shown + "…" : shown;
    }
}
