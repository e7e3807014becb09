package io.tiergate.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class LocalStackIT {
    private static final Duration RESTARTED_WITHIN = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void kafkaKeepsEveryAcknowledgedRecordWhenItIsKilledAndStartedAgain() throws Exception {
        try (LocalStack stack = LocalStack.in(folder).kafka().build()) {
            stack.start();
            createTopic(stack.kafkaAddress());
            Set<String> sent = new HashSet<>();
            for (int kill = 0; kill < 2; kill++) {
                sent.addAll(send(stack.kafkaAddress(), "kill-" + kill + "-", 200));
                stack.process(Part.KAFKA).kill();
                awaitRestart(stack, Part.KAFKA, kill + 1);
            }
            sent.addAll(send(stack.kafkaAddress(), "after-", 200));
            assertThat(receive(stack.kafkaAddress(), sent.size())).containsExactlyInAnyOrderElementsOf(sent);
        }
    }

    @Test
    void postgresKeepsItsRowsWhenItsKeeperOrItselfIsKilled() throws Exception {
        try (LocalStack stack = LocalStack.in(folder).postgres().build()) {
            stack.start();
            execute(stack, "create table verdict (id int primary key)", "insert into verdict values (1)");
            long postmaster = postmaster(stack);

            // The keeper dies, PostgreSQL lives on without it: the next keeper has to deal with that.
            stack.process(Part.POSTGRES).kill();
            awaitRestart(stack, Part.POSTGRES, 1);
            assertThat(postmaster(stack)).isNotEqualTo(postmaster);
            assertThat(isRunning(postmaster)).isFalse();
            execute(stack, "insert into verdict values (2)");

            // PostgreSQL itself dies, with clients connected: its keeper ends, and both come back.
            try (Connection client = DriverManager.getConnection("jdbc:" + stack.databaseUrl())) {
                assertThat(client.isValid(5)).isTrue();
                ProcessHandle.of(postmaster(stack)).orElseThrow().destroyForcibly();
                awaitRestart(stack, Part.POSTGRES, 2);
            }
            assertThat(count(stack)).isEqualTo(2);
        }
    }

    @Test
    void postgresStartsOverAPidFileThatNamesAnotherProcess() throws Exception {
        try (LocalStack stack = LocalStack.in(folder).postgres().build()) {
            stack.start();
            execute(stack, "create table verdict (id int primary key)", "insert into verdict values (1)");
            stack.process(Part.POSTGRES).stop();
            // What a crash and a reused process id leave behind: the id is alive, but it is this test's.
            java.nio.file.Files.writeString(
                    folder.resolve("postgres/data/postmaster.pid"),
                    ProcessHandle.current().pid() + "\n" + folder.resolve("postgres/data") + "\n");
            stack.start();
            assertThat(count(stack)).isEqualTo(1);
            assertThat(postmaster(stack)).isNotEqualTo(ProcessHandle.current().pid());
        }
    }

    @Test
    void stoppingLeavesNoProcessBehind() throws Exception {
        long postmaster;
        long keeper;
        long kafka;
        try (LocalStack stack = LocalStack.in(folder).kafka().postgres().build()) {
            stack.start();
            postmaster = postmaster(stack);
            keeper = stack.process(Part.POSTGRES).pid();
            kafka = stack.process(Part.KAFKA).pid();
            assertThat(List.of(postmaster, keeper, kafka)).allMatch(LocalStackIT::isRunning);
        }
        assertThat(List.of(postmaster, keeper, kafka)).noneMatch(LocalStackIT::isRunning);
    }

    private static void awaitRestart(LocalStack stack, Part part, int restarts) {
        await().atMost(RESTARTED_WITHIN)
                .until(() -> stack.process(part).restarts() == restarts
                        && stack.process(part).isReady());
    }

    private static void createTopic(String kafka) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            admin.createTopics(List.of(new NewTopic("samples", 3, (short) 1)))
                    .all()
                    .get();
        }
    }

    private static Set<String> send(String kafka, String prefix, int records) throws Exception {
        Set<String> sent = new HashSet<>();
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka, "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>("samples", prefix + i, prefix + i))
                        .get();
                sent.add(prefix + i);
            }
        }
        return sent;
    }

    private static List<String> receive(String kafka, int expected) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", kafka, "auto.offset.reset", "earliest", "isolation.level", "read_committed");
        List<String> received = new java.util.ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            var partitions = List.of(0, 1, 2).stream()
                    .map(partition -> new TopicPartition("samples", partition))
                    .toList();
            consumer.assign(partitions);
            await().atMost(RESTARTED_WITHIN).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(message -> received.add(message.value()));
                return received.size() >= expected;
            });
        }
        return received;
    }

    private static void execute(LocalStack stack, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:" + stack.databaseUrl());
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static int count(LocalStack stack) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:" + stack.databaseUrl());
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from verdict")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private long postmaster(LocalStack stack) throws Exception {
        assertThat(stack.process(Part.POSTGRES).isReady()).isTrue();
        return Long.parseLong(java.nio.file.Files.readAllLines(folder.resolve("postgres/data/postmaster.pid"))
                .getFirst());
    }

    /** A process that has ended but was not reaped yet has no command any more. */
    private static boolean isRunning(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .isPresent();
    }
}
