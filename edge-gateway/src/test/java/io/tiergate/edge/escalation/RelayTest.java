package io.tiergate.edge.escalation;

import static io.tiergate.edge.escalation.Ledgers.config;
import static io.tiergate.edge.escalation.Ledgers.sample;
import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.tiergate.proto.v1.Purpose;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The relay on a real ledger, with the test in the Kafka channels' place. */
class RelayTest {
    private static final int PROMISED = 3;

    @TempDir
    Path folder;

    private final List<AssertSubscriber<Message<byte[]>>> channels = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private Ledger ledger;
    private Relay relay;

    @BeforeEach
    void promise() throws IOException {
        ledger = Ledger.open(folder, config(1_000_000, 64));
        for (int i = 0; i < PROMISED; i++) {
            ledger.promise(List.of(sample(Purpose.PURPOSE_ESCALATED, 10)))
                    .await()
                    .indefinitely();
        }
        relay = new Relay(ledger, "test", RelayPace.unlimited(), RunningTime.Clocks.SYSTEM);
    }

    @AfterEach
    void close() {
        relay.close();
        channels.forEach(AssertSubscriber::cancel);
        ledger.close();
    }

    @Test
    void whatWasUnderWayOnAChannelThatFailedIsSentOnTheNext() {
        relay.start(this::open, later::add);
        List<Message<byte[]>> sent = receive(0, PROMISED);
        channels.get(0).cancel();
        later.get(0).run();
        assertThat(ids(receive(1, PROMISED))).isEqualTo(ids(sent));
    }

    /** A channel that is cancelled tells the relay so before it stops the stream: meanwhile, a page can still be asked for and given. */
    @Test
    void aPageThatIsGivenWhileItsChannelEndsIsSentOnTheNext() {
        relay.start(this::open, task -> {
            later.add(task);
            channels.get(0).request(1);
        });
        channels.get(0).cancel();
        later.get(0).run();
        assertThat(receive(1, PROMISED)).hasSize(PROMISED);
    }

    @Test
    void whatAChannelThatEndedSaysChangesNothingOnTheNext() {
        relay.start(this::open, later::add);
        List<Message<byte[]>> before = receive(0, PROMISED);
        channels.get(0).cancel();
        later.get(0).run();
        List<Message<byte[]>> after = receive(1, PROMISED);
        before.get(0).ack().toCompletableFuture().join();
        assertThat(ledger.counts().in(EscalationState.SENT))
                .as("the broker has it, on whichever channel")
                .isEqualTo(1);
        before.get(1)
                .nack(new IllegalStateException("producer is closed"))
                .toCompletableFuture()
                .join();
        assertThat(relay.state()).isEqualTo(RelayState.CLOSED);
        after.forEach(message -> message.ack().toCompletableFuture().join());
        assertThat(ledger.counts().in(EscalationState.SENT)).isEqualTo(PROMISED);
        ledger.promise(List.of(sample(Purpose.PURPOSE_ESCALATED, 10))).await().indefinitely();
        assertThat(ids(receive(1, PROMISED + 1)))
                .as("nothing comes twice on one channel")
                .doesNotHaveDuplicates();
    }

    @Test
    void aRefusalOpensTheBreakerUntilOneRecordGetsThrough() {
        relay.start(this::open, later::add);
        List<Message<byte[]>> sent = receive(0, PROMISED);
        assertThat(relay.untilNextTry()).isZero();
        sent.forEach(message -> message.nack(new IllegalStateException("away"))
                .toCompletableFuture()
                .join());
        assertThat(relay.state()).isNotEqualTo(RelayState.CLOSED);
        assertThat(relay.untilNextTry()).isLessThanOrEqualTo(Duration.ofSeconds(5));
        Message<byte[]> trial = receive(0, PROMISED + 1).getLast();
        assertThat(relay.state()).isEqualTo(RelayState.HALF_OPEN);
        trial.ack().toCompletableFuture().join();
        assertThat(relay.state()).isEqualTo(RelayState.CLOSED);
        assertThat(receive(0, 2 * PROMISED)).as("the others follow").hasSize(2 * PROMISED);
    }

    @Test
    void outsideItsHoursNothingIsSent() {
        // 20 ms before they begin.
        AtomicLong wallMillis =
                new AtomicLong(Instant.parse("2026-03-01T22:00:00Z").toEpochMilli() - 20);
        RunningTime.Clocks clocks = new RunningTime.Clocks(System::nanoTime, wallMillis::get);
        relay = new Relay(
                ledger,
                "test",
                new RelayPace(
                        Optional.of(RelaySchedule.parse("22:00-06:00", ZoneOffset.UTC)), OptionalLong.empty(), clocks),
                clocks);
        assertThat(relay.state()).as("there is no broker").isEqualTo(RelayState.OFF);
        relay.start(this::open, later::add);
        channels.get(0).request(10);
        assertThat(relay.state()).isEqualTo(RelayState.PAUSED);
        assertThat(relay.untilNextTry()).isEqualTo(Duration.ofMillis(20));
        assertThat(channels.get(0).getItems()).isEmpty();
        wallMillis.addAndGet(20);
        assertThat(receive(0, PROMISED)).hasSize(PROMISED);
        assertThat(relay.state()).isEqualTo(RelayState.CLOSED);
    }

    @Test
    void whatCouldNotBeNotedIsSentAgainOnceNotesAreMade() throws Exception {
        relay.start(this::open, later::add);
        List<Message<byte[]>> sent = receive(0, PROMISED);
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
                var statement = connection.createStatement()) {
            // Every note fails for as long as this trigger is there.
            statement.execute(
                    "CREATE TRIGGER failing BEFORE UPDATE ON escalation BEGIN SELECT raise(ABORT, 'no'); END");
            sent.forEach(message -> message.ack().toCompletableFuture().join());
            statement.execute("DROP TRIGGER failing");
        }
        assertThat(ledger.counts().in(EscalationState.SENT)).isZero();
        List<Message<byte[]>> again = receive(0, 2 * PROMISED).subList(PROMISED, 2 * PROMISED);
        again.forEach(message -> message.ack().toCompletableFuture().join());
        assertThat(ledger.counts().in(EscalationState.SENT)).isEqualTo(PROMISED);
    }

    @Test
    void opensNoChannelAfterItsEnd() {
        relay.start(this::open, later::add);
        relay.close();
        channels.get(0).cancel();
        assertThat(later).isEmpty();
    }

    @Test
    void opensNoChannelWhoseTurnComesAfterItsEnd() {
        relay.start(this::open, later::add);
        channels.get(0).cancel();
        relay.close();
        later.get(0).run();
        assertThat(channels).hasSize(1);
    }

    private void open(Multi<Message<byte[]>> messages) {
        channels.add(messages.subscribe().withSubscriber(AssertSubscriber.create()));
    }

    /** All that a channel has given, once it is so many. */
    private List<Message<byte[]>> receive(int channel, int messages) {
        AssertSubscriber<Message<byte[]>> subscriber = channels.get(channel);
        int given = subscriber.getItems().size();
        return subscriber.awaitNextItems(messages - given, messages - given).getItems();
    }

    private static List<String> ids(List<Message<byte[]>> messages) {
        return messages.stream()
                .map(message -> (String) message.getMetadata(OutgoingKafkaRecordMetadata.class)
                        .orElseThrow()
                        .getKey())
                .toList();
    }
}
