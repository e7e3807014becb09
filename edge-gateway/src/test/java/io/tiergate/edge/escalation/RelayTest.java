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
import java.util.ArrayList;
import java.util.List;
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
