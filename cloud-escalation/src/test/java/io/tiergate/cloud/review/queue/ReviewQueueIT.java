package io.tiergate.cloud.review.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.cloud.TestIdentity;
import io.tiergate.cloud.adjudication.Ensembles;
import io.tiergate.cloud.adjudication.VerdictFactory;
import io.tiergate.cloud.review.ReviewConfig;
import io.tiergate.cloud.testing.DatabaseServer;
import io.tiergate.cloud.testing.FixedEnsembleConfig;
import io.tiergate.cloud.testing.Input;
import io.tiergate.cloud.testing.Samples;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.runtime.NativeLibraries;
import io.tiergate.testing.TestModels;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue on a real PostgreSQL, with several people; every test has a tenant of its own. */
class ReviewQueueIT {
    private record Config(
            Duration countEvery,
            int opinions,
            Duration lease,
            Duration undoWindow,
            Duration publishEvery,
            Duration retention)
            implements ReviewConfig {}

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ReviewConfig CONFIG = new Config(
            Duration.ofSeconds(1),
            1,
            Duration.ofMinutes(5),
            Duration.ofHours(1),
            Duration.ofSeconds(1),
            Duration.ofDays(7));

    @TempDir
    static Path folder;

    private static DatabaseServer server;
    private static Vertx vertx;
    private static Pool pool;
    private static Ensembles ensembles;

    @BeforeAll
    static void start() throws Exception {
        server = new DatabaseServer(folder.resolve("postgres"));
        server.start();
        Flyway.configure().dataSource("jdbc:" + server.url(), null, null).load().migrate();
        vertx = Vertx.vertx();
        pool = Pool.pool(vertx, PgConnectOptions.fromUri(server.url()), new PoolOptions().setMaxSize(16));
        NativeLibraries.installOnnxRuntime(Path.of("target", "native"));
        ensembles = new Ensembles(FixedEnsembleConfig.withBatchLimit(4));
        ensembles.load(TestModels.copyTo("tiny", folder.resolve("models")));
    }

    @AfterAll
    static void stop() throws Exception {
        ensembles.close();
        pool.close().await().atMost(PATIENCE);
        vertx.close().await().atMost(PATIENCE);
        server.close();
    }

    @Test
    void neverGivesASampleToTwoPeopleAtOnce() throws Exception {
        String tenant = "concurrent";
        park(tenant, 200, 1);
        List<Uni<List<LeasedSample>>> asked = new ArrayList<>();
        for (int person = 0; person < 40; person++) {
            asked.add(queue(tenant).next(new Reviewer("person-" + person, false), 5, List.of()));
        }
        List<List<LeasedSample>> given =
                Uni.join().all(asked).andFailFast().await().atMost(PATIENCE);
        List<UUID> ids =
                given.stream().flatMap(List::stream).map(LeasedSample::id).toList();
        assertThat(ids).doesNotHaveDuplicates();
        // Somebody who finds everything taken just then gets less; nothing is lost by it.
        Set<UUID> all = new HashSet<>(ids);
        for (int person = 40; person < 240 && all.size() < 200; person++) {
            await(queue(tenant).next(new Reviewer("person-" + person, false), 5, List.of()))
                    .forEach(sample -> assertThat(all.add(sample.id())).isTrue());
        }
        assertThat(all).hasSize(200);
        assertThat(await(queue(tenant).next(new Reviewer("late", false), 5, List.of())))
                .isEmpty();
    }

    @Test
    void givesTheOldestFirstAndAPersonsOwnAgainButNotWhatThePageHas() throws Exception {
        String tenant = "order";
        List<UUID> ids = park(tenant, 3, 1);
        Reviewer ada = new Reviewer("ada", false);
        List<LeasedSample> first = await(queue(tenant).next(ada, 2, List.of()));
        assertThat(first).extracting(LeasedSample::id).containsExactlyElementsOf(ids.subList(0, 2));
        List<LeasedSample> reloaded = await(queue(tenant).next(ada, 1, List.of()));
        assertThat(reloaded)
                .extracting(LeasedSample::token)
                .containsExactly(first.get(0).token());
        assertThat(await(queue(tenant).next(ada, 1, ids.subList(0, 2))))
                .extracting(LeasedSample::id)
                .containsExactly(ids.get(2));
        expireLeases(tenant);
        assertThat(await(queue(tenant).next(new Reviewer("bo", false), 1, List.of())))
                .extracting(LeasedSample::id)
                .containsExactly(ids.get(0));
    }

    @Test
    void asksAsManyPeopleAsLabelsAreWantedAndAnAdjudicatorWhoHasNotLabelledSettlesATie() throws Exception {
        String tenant = "tie";
        UUID id = park(tenant, 1, 2).get(0);
        ReviewQueue queue = queue(tenant);
        Reviewer ada = new Reviewer("ada", true);
        Reviewer bo = new Reviewer("bo", false);
        Reviewer cy = new Reviewer("cy", true);
        LeasedSample adas = await(queue.next(ada, 5, List.of())).get(0);
        LeasedSample bos = await(queue.next(bo, 5, List.of())).get(0);
        assertThat(await(queue.next(cy, 5, List.of()))).as("two are enough").isEmpty();

        assertThat(label(queue, ada, adas, "a").state()).isEqualTo("OPEN");
        assertThat(await(queue.next(cy, 5, List.of()))).as("bo still holds it").isEmpty();
        assertThat(label(queue, bo, bos, "b").state()).isEqualTo("TIED");
        assertThat(await(queue.next(ada, 5, List.of())))
                .as("ada has had her say")
                .isEmpty();
        assertThat(await(queue.next(new Reviewer("dee", false), 5, List.of()))).isEmpty();

        LeasedSample cys = await(queue.next(cy, 5, List.of())).get(0);
        assertThat(cys.tied()).isTrue();
        assertThat(label(queue, cy, cys, "c").state()).isEqualTo("DECIDED");
        assertThat(outbox(tenant)).containsExactly("c/0");

        ReviewStats stats = await(new Statistics(new ReviewDatabase(pool), TestIdentity.of(tenant)).of(ada));
        assertThat(stats.decided()).isEqualTo(1);
        assertThat(stats.remaining()).isZero();
        assertThat(stats.yours()).isEqualTo(1);
        assertThat(stats.medianSeconds()).hasValue(1.5);
        assertThat(stats.agreements())
                .extracting(ReviewStats.Agreement::first, ReviewStats.Agreement::second, ReviewStats.Agreement::samples)
                .contains(tuple("ada", "bo", 1L));
        assertThat(id).isEqualTo(cys.id());
    }

    @Test
    void takesBackOnlyAPersonsLastLabel() throws Exception {
        String tenant = "last";
        List<UUID> ids = park(tenant, 2, 1);
        ReviewQueue queue = queue(tenant);
        Reviewer ada = new Reviewer("ada", false);
        for (LeasedSample sample : await(queue.next(ada, 2, List.of()))) {
            label(queue, ada, sample, "a");
        }
        assertThatThrownBy(() -> await(queue.undo(ada, ids.get(0))))
                .isInstanceOf(ReviewProblem.class)
                .hasMessageContaining(ids.get(1).toString());
        assertThat(await(queue.undo(ada, ids.get(1)))).isPresent();
        assertThat(outbox(tenant)).as("withdrawn before anybody could see it").containsExactly("a/0");
        assertThat(await(queue.undo(ada, ids.get(0)))).isPresent();
        assertThat(outbox(tenant)).isEmpty();
    }

    @Test
    void followsWithARevisionWhereTheVerdictMayHaveLeft() throws Exception {
        String tenant = "claimed";
        park(tenant, 1, 1);
        ReviewQueue queue = queue(tenant);
        Reviewer ada = new Reviewer("ada", false);
        LeasedSample sample = await(queue.next(ada, 1, List.of())).get(0);
        label(queue, ada, sample, "a");
        execute("update review_outbox set claimed_by = 'somebody' where tenant = '%s'".formatted(tenant));
        LeasedSample again = await(queue.undo(ada, sample.id())).orElseThrow();
        label(queue, ada, again, "b");
        assertThat(outbox(tenant)).containsExactly("a/0", "b/1");
    }

    @Test
    void erasesPartByPartWithoutLeavingAnyOut() throws Exception {
        String tenant = "many";
        park(tenant, 1_001, 1);
        Erasure erasure = new Erasure(new ReviewDatabase(pool), TestIdentity.of(tenant), CONFIG);
        Erasure.Selection all = new Erasure.Selection.Before(Instant.now().plusSeconds(60));
        Reviewer ada = new Reviewer("ada", true);
        assertThat(await(erasure.erase(ada, all))).isEqualTo(1_001);
        assertThat(await(erasure.erase(ada, all))).isZero();
        assertThat(await(queue(tenant).next(ada, 1, List.of()))).isEmpty();
    }

    @Test
    void payloadsOfDecidedSamplesExpireAndThoseOfOthersStay() throws Exception {
        String tenant = "expiry";
        List<UUID> ids = park(tenant, 2, 1);
        execute("""
                insert into parked_sample (tenant, escalation_id, sample)
                    select tenant, escalation_id, envelope from escalation where tenant = '%1$s';
                update review_item set state = 'DECIDED', decided_at = now() - interval '8 days'
                    where tenant = '%1$s' and escalation_id = '%2$s'
                """.formatted(tenant, ids.get(0)));
        Erasure erasure = new Erasure(new ReviewDatabase(pool), TestIdentity.of(tenant), CONFIG);
        assertThat(await(erasure.expirePayloads())).isEqualTo(1);
        assertThat(await(erasure.expirePayloads())).isZero();
        assertThat(await(queue(tenant).next(new Reviewer("ada", false), 5, List.of())))
                .extracting(LeasedSample::id)
                .containsExactly(ids.get(1));
    }

    private static LabelResult label(ReviewQueue queue, Reviewer who, LeasedSample sample, String label) {
        return await(queue.label(who, sample.id(), sample.token(), label, OptionalDouble.of(1.5)));
    }

    private static <T> T await(Uni<T> result) {
        return result.await().atMost(PATIENCE);
    }

    private static ReviewQueue queue(String tenant) {
        ServiceIdentity identity = TestIdentity.of(tenant);
        ReviewDatabase database = new ReviewDatabase(pool);
        Labels labels = new Labels(ensembles);
        Items items = new Items(identity);
        return new ReviewQueue(
                database,
                items,
                new Leases(database, labels, identity, CONFIG),
                labels,
                new Decisions(items, new VerdictFactory(), identity, CONFIG),
                // Not started: what is decided stays in the outbox.
                new DecisionPublisher(null, null, null, CONFIG, null),
                identity);
    }

    /** Items as the intake makes them, the oldest first. */
    private static List<UUID> park(String tenant, int count, int wanted) throws Exception {
        List<UUID> ids = new ArrayList<>();
        try (Connection connection = server.connect();
                PreparedStatement row = connection.prepareStatement(
                        "insert into escalation (tenant, escalation_id, outcome, attempt, first_partition, first_offset,"
                                + " latest_partition, latest_offset, verdict, envelope)"
                                + " values (?, ?, 'PARKED', 1, 0, 0, 0, 0, ?, ?)");
                PreparedStatement item =
                        connection.prepareStatement("insert into review_item (tenant, escalation_id, wanted,"
                                + " parked_at) values (?, ?, ?, now() + ? * interval '1 second')")) {
            for (int i = 0; i < count; i++) {
                UUID id = UUID.randomUUID();
                ids.add(id);
                row.setString(1, tenant);
                row.setObject(2, id);
                row.setBytes(
                        3,
                        Verdict.newBuilder()
                                .setParked(Verdict.Parked.newBuilder().setReason("entropy"))
                                .build()
                                .toByteArray());
                row.setBytes(
                        4,
                        Samples.sample(tenant, Input.UNSURE)
                                .setEscalationId(id.toString())
                                .clearPayload()
                                .build()
                                .toByteArray());
                row.executeUpdate();
                item.setString(1, tenant);
                item.setObject(2, id);
                item.setInt(3, wanted);
                item.setInt(4, i);
                item.executeUpdate();
            }
        }
        return ids;
    }

    private static void expireLeases(String tenant) throws Exception {
        execute("update review_lease set expires_at = now() - interval '1 second' where tenant = '%s'"
                .formatted(tenant));
    }

    private static void execute(String statement) throws Exception {
        try (Connection connection = server.connect();
                var execution = connection.createStatement()) {
            execution.execute(statement);
        }
    }

    private static List<String> outbox(String tenant) throws Exception {
        try (Connection connection = server.connect();
                var query = connection.prepareStatement(
                        "select label || '/' || revision from review_outbox where tenant = ? order by revision")) {
            query.setString(1, tenant);
            List<String> labels = new ArrayList<>();
            var rows = query.executeQuery();
            while (rows.next()) {
                labels.add(rows.getString(1));
            }
            return labels;
        }
    }
}
