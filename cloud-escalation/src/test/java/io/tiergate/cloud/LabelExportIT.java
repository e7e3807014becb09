package io.tiergate.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiergate.cloud.testing.CloudStack;
import io.tiergate.cloud.testing.Input;
import io.tiergate.cloud.testing.Samples;
import io.tiergate.proto.v1.EscalatedSample;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels as files, from the real service. */
class LabelExportIT {
    private static final String TENANT = "exports";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path folder;

    private static CloudStack stack;
    private static EscalatedSample parked;
    private static List<EscalatedSample> decided;

    @BeforeAll
    static void answerSamples() throws Exception {
        stack = CloudStack.start("exports", TENANT, folder);
        parked = Samples.sample(TENANT, Input.UNSURE).build();
        stack.topics().escalate(parked);
        decided = new ArrayList<>();
        for (int i = 0; i < 450; i++) {
            // More than two pages of what the database is asked for.
            decided.add(
                    Samples.sample(TENANT, Input.SURE_A).setSite("=site-" + i).build());
        }
        stack.topics().escalateTo(0, decided);
        stack.topics().awaitAllRead();
        try (Connection connection = stack.database().connect();
                PreparedStatement label = connection.prepareStatement("""
                        INSERT INTO review_label (tenant, escalation_id, reviewer, label, label_index, adjudicates, seconds)
                        VALUES (?, ?, 'ada', 'b', 1, false, 2.5)
                        """)) {
            label.setString(1, TENANT);
            label.setObject(2, UUID.fromString(parked.getEscalationId()));
            label.executeUpdate();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (stack != null) {
            stack.close();
        }
    }

    @Test
    void csvHasEveryLabelOnce() throws Exception {
        HttpResponse<byte[]> response = get("csv");
        List<String> lines =
                new String(response.body(), StandardCharsets.UTF_8).lines().toList();

        assertThat(response.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/csv"));
        assertThat(response.headers().firstValue("content-disposition"))
                .contains("attachment; filename=\"labels.csv\"");
        assertThat(lines.stream().skip(1).map(line -> line.substring(0, 36)))
                .containsExactlyInAnyOrderElementsOf(
                        decided.stream().map(EscalatedSample::getEscalationId).toList());
        assertThat(lines.get(1)).contains(",'=site-", ",a,ensemble,10,0,,");
    }

    @Test
    void parquetIsWhole() throws Exception {
        byte[] file = get("parquet").body();

        assertThat(new String(file, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("PAR1");
        assertThat(new String(file, file.length - 4, 4, StandardCharsets.US_ASCII))
                .isEqualTo("PAR1");
    }

    @Test
    void labelStudioGetsWhatWaitsForAPersonToo() throws Exception {
        JsonNode tasks = new ObjectMapper().readTree(get("label-studio").body());

        assertThat(tasks).hasSize(decided.size() + 1);
        for (JsonNode task : tasks) {
            if (task.at("/data/escalation_id").asText().equals(parked.getEscalationId())) {
                assertThat(task.at("/data").has("label")).isFalse();
                List<String> who = new ArrayList<>();
                task.at("/predictions")
                        .forEach(prediction ->
                                who.add(prediction.get("model_version").asText()));
                assertThat(who).startsWith("tiny-edge/1", "tiny-ensemble/1");
                assertThat(task.at("/annotations/0/result/0/value/choices/0").asText())
                        .isEqualTo("b");
                assertThat(task.at("/annotations/0/result/0/meta/text/0").asText())
                        .isEqualTo("ada");
                assertThat(task.at("/annotations/0/lead_time").asDouble()).isEqualTo(2.5);
                return;
            }
        }
        throw new AssertionError("the parked sample is missing");
    }

    @Test
    void anUnknownFormatIsRefused() throws Exception {
        HttpResponse<byte[]> response = get("xls");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new ObjectMapper().readTree(response.body()).get("detail").asText())
                .isEqualTo("format: xls (expected: csv, parquet, label-studio)");
    }

    private static HttpResponse<byte[]> get(String format) throws Exception {
        URI uri = URI.create("http://localhost:" + stack.cloud().httpPort() + "/api/labels?format=" + format);
        return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
