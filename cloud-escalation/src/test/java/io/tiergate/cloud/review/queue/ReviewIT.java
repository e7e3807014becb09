package io.tiergate.cloud.review.queue;

import static io.tiergate.cloud.testing.Samples.reported;
import static io.tiergate.cloud.testing.Samples.sample;
import static io.tiergate.cloud.testing.Topics.header;
import static io.tiergate.cloud.testing.Topics.verdict;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiergate.cloud.testing.CloudProcess;
import io.tiergate.cloud.testing.DatabaseServer;
import io.tiergate.cloud.testing.Input;
import io.tiergate.cloud.testing.ReviewClient;
import io.tiergate.cloud.testing.Servers;
import io.tiergate.cloud.testing.Topics;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.LabeledSample;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One broker and one database; every test has a tenant, and so a queue, of its own, and services that it starts and kills. */
class ReviewIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static Servers servers;
    private static DatabaseServer database;

    @BeforeAll
    static void startServers() throws Exception {
        servers = Servers.start(folder, "tiny");
        database = servers.database();
    }

    @AfterAll
    static void stopServers() throws Exception {
        if (servers != null) {
            servers.close();
        }
    }

    private static CloudProcess cloud(String tenant, Map<String, String> settings) throws Exception {
        return servers.cloud(Path.of("target", "it", "review-" + tenant), tenant, settings)
                .awaitReady();
    }

    /** Parked samples, in the queue's order. */
    private static List<EscalatedSample> park(Topics topics, String tenant, int count) {
        List<EscalatedSample> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(sample(tenant, Input.UNSURE).build());
            topics.escalate(samples.get(i));
            topics.awaitAllRead();
        }
        return samples;
    }

    @Test
    void aPersonsLabelReachesTheEdgeAndTheRetrainingQueueOnceThoughTheServiceIsKilledBeforeItIsPublished()
            throws Exception {
        String tenant = "killed";
        EscalatedSample sample;
        try (CloudProcess doomed = cloud(tenant, Map.of("tiergate.review.undo-window", "1h"));
                Topics topics = servers.topics(tenant)) {
            sample = sample(tenant, Input.UNSURE).build();
            ProducerRecord<byte[], byte[]> question = new ProducerRecord<>(
                    topics.name("escalations"), sample.getEscalationId().getBytes(UTF_8), sample.toByteArray());
            question.headers()
                    .add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".getBytes(UTF_8));
            topics.send(question);
            topics.awaitAllRead();
            ReviewClient person = new ReviewClient(doomed.httpPort());
            JsonNode given = person.next(1).get(0);
            assertThat(given.get("id").asText()).isEqualTo(sample.getEscalationId());
            assertThat(given.get("labels")).extracting(JsonNode::asText).containsExactly("a", "b", "c");
            assertThat(given.get("members")).hasSize(3);
            assertThat(given.get("edgeLabel").asText()).isEqualTo("b");
            assertThat(person.label(given, "c").status()).isEqualTo(200);
            doomed.kill();
            assertThat(topics.verdictsOn(sample)).hasSize(1);
        }
        execute("update review_outbox set due_at = now() where tenant = '%s'".formatted(tenant));
        try (CloudProcess successor = cloud(tenant, Map.of());
                Topics topics = servers.topics(tenant)) {
            awaitPublished(tenant);
            List<ConsumerRecord<byte[], byte[]>> verdicts = topics.verdictsOn(sample);
            assertThat(verdicts).hasSize(2);
            Verdict last = verdict(verdicts.get(1));
            assertThat(verdicts.get(1).partition()).isEqualTo(sample.getReplyPartition());
            assertThat(header(verdicts.get(1), "ce_id")).isEqualTo(sample.getEscalationId() + "/human/0");
            assertThat(header(verdicts.get(1), "traceparent")).startsWith("00-0af7651916cd43dd8448eb211c80319c");
            assertThat(last.getFinal().getLabel()).isEqualTo("c");
            assertThat(last.getFinal().getLabelIndex()).isEqualTo(2);
            assertThat(last.getFinal().getSource()).isEqualTo(VerdictSource.VERDICT_SOURCE_HUMAN);
            assertThat(last.getFinal().getRank()).isEqualTo(30);
            assertThat(last.getFinal().getProbabilitiesList()).isEmpty();
            assertThat(labelsOf(topics, sample)).singleElement().satisfies(kept -> {
                assertThat(kept.getLabel()).isEqualTo("c");
                assertThat(kept.getRank()).isEqualTo(30);
                assertThat(kept.getTensorsList()).isEqualTo(sample.getTensors().getTensorsList());
            });
            // Who asks again gets the person's verdict.
            topics.escalate(sample.toBuilder().setAttempt(2).clearPayload().build());
            topics.awaitAllRead();
            assertThat(topics.verdictsOn(sample)).last().satisfies(record -> {
                assertThat(verdict(record).getAttempt()).isEqualTo(2);
                assertThat(verdict(record).getFinal().getLabel()).isEqualTo("c");
            });
            assertThat(labelsOf(topics, sample)).hasSize(1);
        }
    }

    @Test
    void anUndoneLabelLeavesNoTraceOutsideAndAPublishedOneIsFollowedByARevision() throws Exception {
        String tenant = "undo";
        try (CloudProcess cloud = cloud(tenant, Map.of("tiergate.review.undo-window", "1h"));
                Topics topics = servers.topics(tenant)) {
            EscalatedSample sample = park(topics, tenant, 1).get(0);
            ReviewClient person = new ReviewClient(cloud.httpPort());
            JsonNode given = person.next(1).get(0);
            person.label(given, "a");
            JsonNode again = person.undo(given).body().get("samples").get(0);
            assertThat(again.get("id")).isEqualTo(given.get("id"));
            assertThat(person.label(again, "b").body().get("state").asText()).isEqualTo("DECIDED");
            execute("update review_outbox set due_at = now() where tenant = '%s'".formatted(tenant));
            awaitPublished(tenant);
            assertThat(humanVerdicts(topics, sample)).containsExactly("b/0");

            again = person.undo(given).body().get("samples").get(0);
            person.label(again, "c");
            execute("update review_outbox set due_at = now() where tenant = '%s'".formatted(tenant));
            awaitPublished(tenant);
            assertThat(humanVerdicts(topics, sample)).containsExactly("b/0", "c/1");
            assertThat(labelsOf(topics, sample))
                    .extracting(LabeledSample::getRevision)
                    .containsExactly(0, 1);
            assertThat(values("select what from review_event where tenant = '%s' order by id".formatted(tenant)))
                    .containsExactly(
                            "LABELLED",
                            "DECIDED",
                            "UNDONE",
                            "WITHDRAWN",
                            "LABELLED",
                            "DECIDED",
                            "PUBLISHED",
                            "UNDONE",
                            "REOPENED",
                            "LABELLED",
                            "DECIDED",
                            "PUBLISHED");
        }
    }

    @Test
    void refusesWhatCannotBeAndSaysWhatCan() throws Exception {
        String tenant = "refused";
        try (CloudProcess cloud = cloud(tenant, Map.of());
                Topics topics = servers.topics(tenant)) {
            park(topics, tenant, 1);
            ReviewClient person = new ReviewClient(cloud.httpPort());
            JsonNode given = person.next(1).get(0);
            ReviewClient.Reply unknown = person.label(given, "<b>zebra</b>");
            assertThat(unknown.status()).isEqualTo(422);
            assertThat(unknown.type()).isEqualTo("application/problem+json");
            assertThat(unknown.body().get("labels"))
                    .extracting(JsonNode::asText)
                    .containsExactly("a", "b", "c");
            assertThat(person.post("/api/review/zebra/skip", "").status()).isEqualTo(400);
            assertThat(person.post("/api/review/00000000-0000-4000-8000-000000000000/skip", "")
                            .status())
                    .isEqualTo(404);
            assertThat(person.get("/api/review/next?n=6").status()).isEqualTo(400);
            assertThat(person.post("/api/review/" + given.get("id").asText() + "/label", "{}")
                            .status())
                    .isEqualTo(400);
            assertThat(person.undo(given).status()).isEqualTo(409);
        }
    }

    @Test
    void anExpiredLeaseSaysSoAndKeepsTheChoiceUnlessSomebodyElseHasDecided() throws Exception {
        String tenant = "expired";
        try (CloudProcess cloud = cloud(tenant, Map.of());
                Topics topics = servers.topics(tenant)) {
            List<EscalatedSample> samples = park(topics, tenant, 2);
            ReviewClient person = new ReviewClient(cloud.httpPort());
            List<JsonNode> given = person.next(2);
            assertThat(given).hasSize(2);
            assertThat(person.extend(given.get(0)).status()).isEqualTo(200);
            execute("update review_lease set expires_at = now() - interval '1 second' where tenant = '%s'"
                    .formatted(tenant));
            assertThat(person.extend(given.get(0)).status()).isEqualTo(409);
            ReviewClient.Reply kept = person.label(given.get(0), "a");
            assertThat(kept.status()).isEqualTo(200);
            assertThat(kept.body().get("leaseExpired").asBoolean()).isTrue();

            // As another replica's reviewer would have done.
            execute("""
                    insert into review_label (tenant, escalation_id, reviewer, label, label_index, adjudicates, seconds)
                        values ('%1$s', '%2$s', 'bo', 'b', 1, false, 1);
                    update review_item set state = 'DECIDED' where tenant = '%1$s' and escalation_id = '%2$s'
                    """.formatted(tenant, samples.get(1).getEscalationId()));
            ReviewClient.Reply late = person.label(given.get(1), "c");
            assertThat(late.status()).isEqualTo(409);
            assertThat(late.body().get("choice").asText()).isEqualTo("c");
            assertThat(late.body().get("decidedBy"))
                    .extracting(JsonNode::asText)
                    .containsExactly("bo");
        }
    }

    @Test
    void aSampleThatItsApplicationHasLabelledOrThisPersonSkippedIsNotGiven() throws Exception {
        String tenant = "skipped";
        try (CloudProcess cloud = cloud(tenant, Map.of());
                Topics topics = servers.topics(tenant)) {
            List<EscalatedSample> samples = park(topics, tenant, 3);
            topics.escalate(reported(samples.get(0), "a", 0).build());
            topics.awaitAllRead();
            ReviewClient person = new ReviewClient(cloud.httpPort());
            JsonNode skipped = person.next(1).get(0);
            assertThat(skipped.get("id").asText()).isEqualTo(samples.get(1).getEscalationId());
            person.post("/api/review/" + skipped.get("id").asText() + "/skip", "");
            assertThat(person.next(5))
                    .extracting(given -> given.get("id").asText())
                    .containsExactly(samples.get(2).getEscalationId());
            JsonNode stats = person.get("/api/review/stats").body();
            assertThat(stats.get("remaining").asInt()).isEqualTo(2);
            assertThat(person.undo(skipped).body().get("samples")).hasSize(1);
        }
    }

    @Test
    void whatWasErasedIsGoneAndWhoErasedItStays() throws Exception {
        String tenant = "erased";
        try (CloudProcess cloud = cloud(tenant, Map.of("tiergate.review.undo-window", "1h"));
                Topics topics = servers.topics(tenant)) {
            EscalatedSample odd = sample(tenant, Input.UNSURE)
                    .setSubject("who\0ever")
                    .setSite("s\0" + "x".repeat(5000))
                    .build();
            topics.escalate(odd);
            topics.awaitAllRead();
            EscalatedSample other = park(topics, tenant, 1).get(0);
            ReviewClient person = new ReviewClient(cloud.httpPort());
            List<JsonNode> given = person.next(2);
            assertThat(given).hasSize(2);
            person.label(given.get(0), "c");
            ReviewClient.Reply erased = person.post("/api/erasures", "{\"subject\": \"who\\u0000ever\"}");
            assertThat(erased.status()).isEqualTo(200);
            assertThat(erased.body().get("erased").asInt()).isEqualTo(1);
            assertThat(values("select escalation_id from parked_sample where tenant = '%s'".formatted(tenant)))
                    .containsExactly(other.getEscalationId());
            assertThat(values(
                            "select escalation_id from escalation where tenant = '%s' and envelope is null and opinion is null and subject is null"
                                    .formatted(tenant)))
                    .containsExactly(odd.getEscalationId());
            assertThat(values("select what from review_event where tenant = '%s' order by id".formatted(tenant)))
                    .containsExactly("LABELLED", "DECIDED", "ERASED");
            assertThat(person.undo(given.get(0)).status()).isEqualTo(410);
            // The verdict is the edge's, not the subject's.
            execute("update review_outbox set due_at = now() where tenant = '%s'".formatted(tenant));
            awaitPublished(tenant);
            assertThat(humanVerdicts(topics, odd)).containsExactly("c/0");
            assertThat(labelsOf(topics, odd)).isEmpty();
            assertThat(person.post("/api/erasures", "{\"before\": \"2100-01-01T00:00:00Z\"}")
                            .body()
                            .get("erased")
                            .asInt())
                    .isEqualTo(1);
            assertThat(person.post("/api/erasures", "{\"before\": \"tomorrow\"}")
                            .status())
                    .isEqualTo(400);
            assertThat(person.next(1)).isEmpty();
        }
    }

    private static List<String> humanVerdicts(Topics topics, EscalatedSample sample) {
        return topics.verdictsOn(sample).stream()
                .map(record -> verdict(record).getFinal())
                .filter(decision -> decision.getSource() == VerdictSource.VERDICT_SOURCE_HUMAN)
                .map(decision -> decision.getLabel() + "/" + decision.getRevision())
                .toList();
    }

    private static List<LabeledSample> labelsOf(Topics topics, EscalatedSample sample) {
        return topics.committed("retraining").stream()
                .map(record -> Topics.labeledSample(record.value()))
                .filter(kept -> kept.getEscalationId().equals(sample.getEscalationId()))
                .toList();
    }

    private static void awaitPublished(String tenant) {
        Awaitility.await("verdicts of people are published").atMost(PATIENCE).until(() -> values(
                        "select 1 from review_outbox where tenant = '%s'".formatted(tenant))
                .isEmpty());
    }

    private static void execute(String statements) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(statements);
        }
    }

    private static List<String> values(String query) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }
}
