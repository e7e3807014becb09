package io.tiergate.cloud.display;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tiergate.cloud.adjudication.Ensembles;
import io.tiergate.cloud.display.SampleView.Numbers;
import io.tiergate.cloud.testing.FixedEnsembleConfig;
import io.tiergate.cloud.testing.Input;
import io.tiergate.cloud.testing.Samples;
import io.tiergate.proto.v1.ClaimCheck;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Tensors;
import io.tiergate.runtime.NativeLibraries;
import io.tiergate.serving.claimcheck.Claim;
import io.tiergate.serving.claimcheck.ClaimCheckConfig;
import io.tiergate.serving.claimcheck.ClaimStore;
import io.tiergate.serving.claimcheck.S3Config;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleViewerTest {
    private static final String TENANT = "default";
    private static final int MOST_BYTES = 1000;

    @TempDir
    Path folder;

    private final Ensembles ensembles = new Ensembles(FixedEnsembleConfig.withBatchLimit(4));
    private ClaimStore store;
    private SampleViewer viewer;

    @BeforeEach
    void open() throws IOException {
        NativeLibraries.installOnnxRuntime(Path.of("target", "native"));
        ensembles.load(TestModels.copyTo("tiny", folder.resolve("models")));
        var config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withMapping(ClaimCheckConfig.class)
                .withMapping(S3Config.class)
                .withDefaultValue(
                        "tiergate.claim-check.folder",
                        Files.createDirectory(folder.resolve("store")).toString())
                .build();
        store = ClaimStore.open(
                        config.getConfigMapping(ClaimCheckConfig.class), config.getConfigMapping(S3Config.class))
                .orElseThrow();
        viewer = new SampleViewer(new SamplePayloads(Optional.of(store), TENANT, MOST_BYTES), ensembles);
    }

    @AfterEach
    void close() {
        viewer.close();
        store.close();
        ensembles.close();
    }

    @Test
    void aSampleIsDrawnOnAThreadOfItsOwn() {
        AtomicReference<String> thread = new AtomicReference<>();

        SampleView view = viewer.view(Samples.sample(TENANT, Input.SURE_A).build())
                .invoke(() -> thread.set(Thread.currentThread().getName()))
                .await()
                .atMost(Duration.ofSeconds(30));

        assertThat(view).isInstanceOf(SampleView.Table.class);
        assertThat(thread.get()).startsWith("display-");
    }

    @Test
    void aClaimedPayloadIsFetched() throws IOException {
        Tensors tensors = Samples.sample(TENANT, Input.SURE_A).getTensors();
        ClaimCheck check = store.put(TENANT, tensors.toByteArray()).toMessage();

        assertThat(view(claimed(check))).isInstanceOf(SampleView.Table.class);
    }

    @Test
    void aPayloadThatCannotBeHadIsToldWithItsReason() throws IOException {
        Claim lost = Claim.of(TENANT, new byte[] {1});
        Claim damaged = store.put(TENANT, new byte[] {(byte) 0xff});
        Claim large = store.put(TENANT, new byte[MOST_BYTES + 1]);

        assertThat(reason(claimed(lost.toMessage()))).startsWith("claim check: no object default/");
        assertThat(reason(claimed(damaged.toMessage())))
                .startsWith("what lies in the claim-check store holds no tensors: ");
        assertThat(reason(claimed(large.toMessage())))
                .isEqualTo("it has 1001 bytes (expected: at most 1000, tiergate.claim-check.max-bytes)");
        assertThat(reason(claimed(
                        lost.toMessage().toBuilder().setUri("../secrets").build())))
                .startsWith("claim_check.uri: '../secrets' (expected: default/");
        assertThat(reason(Samples.withoutPayload(TENANT).build()))
                .isEqualTo("the sample came without its values: its edge sends scores only");
    }

    @Test
    void aCloudWithoutAStoreSaysSo() {
        viewer.close();
        viewer = new SampleViewer(new SamplePayloads(Optional.empty(), TENANT, MOST_BYTES), ensembles);

        assertThat(reason(claimed(Claim.of(TENANT, new byte[1]).toMessage())))
                .startsWith("it lies in a claim-check store, and this cloud has none: set tiergate.claim-check.folder");
    }

    @Test
    void aTensorThatIsNoneIsToldWithItsReason() {
        EscalatedSample broken = Samples.sample(TENANT, Input.SURE_A)
                .setTensors(Tensors.newBuilder()
                        .addTensors(Samples.tensor("x", "FP32", ByteString.copyFrom(new byte[3]), 1, 1L << 40)))
                .build();

        assertThat(reason(broken)).startsWith("x: 3 bytes (expected: 4398046511104, for datatype FP32");
    }

    private EscalatedSample claimed(ClaimCheck check) {
        return Samples.sample(TENANT, Input.SURE_A).setClaimCheck(check).build();
    }

    private String reason(EscalatedSample sample) {
        return ((Numbers) view(sample)).reason();
    }

    private SampleView view(EscalatedSample sample) {
        return viewer.view(sample).await().atMost(Duration.ofSeconds(30));
    }
}
