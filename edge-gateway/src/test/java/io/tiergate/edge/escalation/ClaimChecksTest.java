package io.tiergate.edge.escalation;

import static io.tiergate.edge.escalation.Ledgers.config;
import static io.tiergate.edge.escalation.Ledgers.sample;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.Tensors;
import io.tiergate.serving.claimcheck.Claim;
import io.tiergate.serving.claimcheck.ClaimCheckConfig;
import io.tiergate.serving.claimcheck.ClaimStore;
import io.tiergate.serving.claimcheck.S3Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large samples on a real ledger and a real folder, with the test in the Kafka channels' place. */
class ClaimChecksTest {
    private static final long ABOVE = 64 * 1024;
    private static final int LARGE = 100_000;
    private static final int SMALL = 100;

    @TempDir
    Path folder;

    private final List<AssertSubscriber<Message<byte[]>>> channels = new ArrayList<>();
    private final Random random = new Random(7);
    private Path objects;
    private Ledger ledger;
    private Relay relay;
    private ClaimChecks checks;

    @BeforeEach
    void open() throws IOException {
        objects = Files.createDirectory(folder.resolve("claims"));
        ledger = ledger();
    }

    @AfterEach
    void close() {
        stop();
    }

    @Test
    void aLargeSampleGoesByClaimCheckAndLeavesTheLedger() throws Exception {
        start();
        EscalatedSample large = promise(LARGE);
        EscalatedSample sent = receive(1).get(0);
        assertThat(sent.getEscalationId()).isEqualTo(large.getEscalationId());
        assertThat(sent.getAttempt()).isEqualTo(1);
        assertThat(sent.getContentDigest()).isEqualTo(large.getContentDigest());
        assertThat(sent.hasTensors()).isFalse();
        assertThat(stored(sent)).isEqualTo(large.getTensors());
        assertThat(ledger.counts().outboxBytes()).isLessThan(1000);
        assertThat(checks.samples()).isEqualTo(1);
        assertThat(checks.bytes()).isEqualTo(large.getTensors().getSerializedSize());
        acknowledge();
        assertThat(ledger.counts().in(EscalationState.SENT)).isEqualTo(1);
        assertThat(ledger.counts().outboxBytes()).isLessThan(1000);
    }

    @Test
    void smallSamplesDoNotWaitForAStoreThatIsAway() throws Exception {
        Path unmounted = Files.move(objects, folder.resolve("unmounted"));
        start();
        EscalatedSample large = promise(LARGE);
        List<String> small = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            promise(LARGE);
            small.add(promise(SMALL).getEscalationId());
        }
        assertThat(receive(200)).extracting(EscalatedSample::getEscalationId).hasSameElementsAs(small);
        Awaitility.await().until(() -> checks.state() == RelayState.OPEN);
        assertThat(relay.state()).isEqualTo(RelayState.CLOSED);
        assertThat(checks.waiting()).isEqualTo(201);

        Files.move(unmounted, objects);
        List<EscalatedSample> all = receive(401);
        assertThat(all.get(200).getEscalationId()).isEqualTo(large.getEscalationId());
        assertThat(all).extracting(EscalatedSample::getEscalationId).doesNotHaveDuplicates();
        assertThat(checks.state()).isEqualTo(RelayState.CLOSED);
        assertThat(checks.waiting()).isZero();
    }

    @Test
    void aStoreThatIsAwayTakesNoBytesFromSmallSamples() throws Exception {
        Files.move(objects, folder.resolve("unmounted"));
        // A clock that stands still gives nothing back: what is spent is gone.
        start(new RelayPace(Optional.empty(), OptionalLong.of(10L * SMALL), new RunningTime.Clocks(() -> 0, () -> 0)));
        promise(LARGE);
        Awaitility.await().until(() -> checks.state() == RelayState.OPEN);
        EscalatedSample small = promise(SMALL);
        assertThat(receive(1).get(0).getEscalationId()).isEqualTo(small.getEscalationId());
    }

    @Test
    void whatWaitedForItsClaimCheckIsHeldBackAfterARestartToo() throws Exception {
        Path unmounted = Files.move(objects, folder.resolve("unmounted"));
        start();
        EscalatedSample large = promise(LARGE);
        stop();
        ledger = ledger();
        start();
        EscalatedSample small = promise(SMALL);
        assertThat(receive(1).get(0).getEscalationId()).isEqualTo(small.getEscalationId());
        assertThat(checks.waiting()).isEqualTo(1);
        Files.move(unmounted, objects);
        assertThat(stored(receive(2).get(1))).isEqualTo(large.getTensors());
    }

    @Test
    void aLabelOfALargeSampleThatWasNotSentGoesWithItsClaimCheck() throws Exception {
        Path unmounted = Files.move(objects, folder.resolve("unmounted"));
        start();
        EscalatedSample large = promise(LARGE);
        report(large);
        EscalatedSample small = promise(SMALL);
        report(small);
        assertThat(receive(1).get(0).getEscalationId()).isEqualTo(small.getEscalationId());
        Files.move(unmounted, objects);
        EscalatedSample sent = receive(2).get(1);
        assertThat(sent.getReportedLabel().getLabel()).isEqualTo("b");
        assertThat(stored(sent)).isEqualTo(large.getTensors());
        acknowledge();
        assertThat(ledger.counts().outboxBytes()).isZero();
        assertThat(ledger.counts().labels()).isZero();
    }

    @Test
    void whatEndsWhileItWaitsIsNotHeldBackAnyLonger() throws Exception {
        Files.move(objects, folder.resolve("unmounted"));
        ledger.close();
        ledger = Ledger.open(folder, config(5 * LARGE, 64, Duration.ofDays(7), OutboxConfig.WhenFull.EVICT_OLDEST));
        start();
        for (int i = 0; i < 20; i++) {
            promise(LARGE);
        }
        assertThat(checks.waiting()).isLessThan(5).isEqualTo((int)
                ledger.counts().in(EscalationState.PENDING));
    }

    @Test
    void aSampleThatIsTooLargeWithoutItsPayloadIsRejectedAlone() throws Exception {
        start();
        EscalatedSample.Builder wide = sized(LARGE);
        for (int i = 0; i < 20_000; i++) {
            wide.getPredictionBuilder().addProbabilities(i);
        }
        NewEscalation unsendable = new NewEscalation(wide.build());
        ledger.promise(List.of(unsendable)).await().indefinitely();
        EscalatedSample large = promise(LARGE);
        assertThat(receive(1).get(0).getEscalationId()).isEqualTo(large.getEscalationId());
        EscalationRow row = ledger.find(unsendable.id()).await().indefinitely().orElseThrow();
        assertThat(row.state()).isEqualTo(EscalationState.REJECTED);
        assertThat(row.reason()).contains("too large for a record even without its payload");
    }

    @Test
    void withoutAStoreNothingIsHeldBack() throws Exception {
        EscalatedSample large = promise(LARGE);
        relay = new Relay(ledger, "test", RelayPace.unlimited(), RunningTime.Clocks.SYSTEM);
        relay.start(this::open, Runnable::run);
        assertThat(receive(1).get(0).getTensors()).isEqualTo(large.getTensors());
    }

    private Ledger ledger() throws IOException {
        return Ledger.open(folder, config(100_000_000, 64));
    }

    private void start() throws IOException {
        start(RelayPace.unlimited());
    }

    private void start(RelayPace pace) throws IOException {
        relay = new Relay(ledger, "test", pace, RunningTime.Clocks.SYSTEM);
        checks = new ClaimChecks(ledger, relay, store(), "default", ABOVE);
        checks.start();
        relay.start(this::open, Runnable::run);
    }

    private void stop() {
        if (checks != null) {
            checks.close();
        }
        if (relay != null) {
            relay.close();
        }
        channels.forEach(AssertSubscriber::cancel);
        channels.clear();
        ledger.close();
    }

    private ClaimStore store() {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(
                        Map.of("tiergate.claim-check.folder", objects.toString()), "test", 100))
                .withMapping(ClaimCheckConfig.class)
                .withMapping(S3Config.class)
                .build();
        return ClaimStore.open(config.getConfigMapping(ClaimCheckConfig.class), config.getConfigMapping(S3Config.class))
                .orElseThrow();
    }

    private EscalatedSample promise(int bytes) {
        NewEscalation escalation = new NewEscalation(sized(bytes).build());
        ledger.promise(List.of(escalation)).await().indefinitely();
        return escalation.sample();
    }

    /** With a tensor of so many bytes, each time of other ones. */
    private EscalatedSample.Builder sized(int bytes) {
        byte[] data = new byte[bytes];
        random.nextBytes(data);
        return sample(Purpose.PURPOSE_ESCALATED, 0).sample().toBuilder()
                .setTensors(Tensors.newBuilder()
                        .addTensors(Tensor.newBuilder().setName("x").setData(ByteString.copyFrom(data))));
    }

    private void report(EscalatedSample sample) {
        ledger.report(sample.getEscalationId(), "b", Timestamps.fromMillis(1), applied -> {})
                .await()
                .indefinitely();
    }

    private Tensors stored(EscalatedSample sent) throws IOException {
        byte[] object = Files.readAllBytes(objects.resolve(sent.getClaimCheck().getUri()));
        assertThat(Claim.of("default", object).toMessage()).isEqualTo(sent.getClaimCheck());
        return Tensors.parseFrom(object);
    }

    private void open(Multi<Message<byte[]>> messages) {
        channels.add(messages.subscribe().withSubscriber(AssertSubscriber.create()));
    }

    /** All that the channel has given, once it is so many. */
    private List<EscalatedSample> receive(int records) {
        AssertSubscriber<Message<byte[]>> subscriber = channels.getLast();
        int given = subscriber.getItems().size();
        return subscriber.awaitNextItems(records - given, records - given, Duration.ofSeconds(30)).getItems().stream()
                .map(message -> parse(message.getPayload()))
                .toList();
    }

    private void acknowledge() {
        channels.getLast()
                .getItems()
                .forEach(message -> message.ack().toCompletableFuture().join());
    }

    private static EscalatedSample parse(byte[] record) {
        try {
            return EscalatedSample.parseFrom(record);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
