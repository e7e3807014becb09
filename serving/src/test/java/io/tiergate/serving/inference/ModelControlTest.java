package io.tiergate.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tiergate.serving.testing.PlainModel;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ModelControlTest {
    private static final String MODEL = "tiny-plain";

    @TempDir
    private Path folder;

    private ModelCatalog<PlainModel> catalog;
    private ModelControl control;

    @BeforeEach
    void load() throws IOException {
        catalog = ModelCatalog.load(TestModels.copyTo("tiny", MODEL, folder), PlainModel.LOADER);
        control = new ModelControl(catalog, ModelControlMode.EXPLICIT);
    }

    @AfterEach
    void close() {
        control.close();
        catalog.close();
    }

    @Test
    void modelsAreLoadedOnAThreadOfTheirOwn() {
        AtomicReference<String> thread = new AtomicReference<>();
        catalog.onChange(model -> thread.set(Thread.currentThread().getName()));
        control.load(MODEL).subscribeAsCompletionStage().join();
        assertThat(thread).hasValue("model-loader");
        control.unload(MODEL).subscribeAsCompletionStage().join();
        assertThat(catalog.served()).isEmpty();
    }

    @Test
    void aFailureReachesTheCaller() {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() ->
                        control.load("nobody").subscribeAsCompletionStage().join())
                .withCauseInstanceOf(ModelNotFoundException.class);
    }

    @Test
    void onlySoManyCallsWaitForTheirTurn() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        catalog.onChange(model -> {
            loading.countDown();
            awaitQuietly(gate);
        });
        List<CompletableFuture<Void>> accepted = new ArrayList<>();
        accepted.add(control.load(MODEL).subscribeAsCompletionStage());
        loading.await();
        for (int i = 0; i < 16; i++) {
            accepted.add(control.load(MODEL).subscribeAsCompletionStage());
        }
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(
                        () -> control.load(MODEL).subscribeAsCompletionStage().join())
                .havingCause()
                .isInstanceOf(UnavailableException.class)
                .withMessageStartingWith("16 calls wait for models to be loaded or unloaded already");
        gate.countDown();
        accepted.forEach(CompletableFuture::join);
    }

    @Test
    void theFolderIsLookedAtOnTheSameThreadUntilTheControlIsClosed() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();
        catalog.onChange(model -> thread.set(Thread.currentThread()));
        ModelControl polling = ModelControl.polling(catalog, Duration.ofMillis(1));
        try (polling) {
            TestModels.copyTo("tiny", "tiny-edge", folder);
            Awaitility.await().until(() -> catalog.find("tiny-edge").isPresent());
        }
        assertThat(polling.mode()).isEqualTo(ModelControlMode.POLL);
        assertThat(thread.get().getName()).isEqualTo("model-loader");
        assertThat(thread.get().join(Duration.ofSeconds(10)))
                .as("ended after the close")
                .isTrue();
    }

    @Test
    void aLongPauseDoesNotDelayTheClose() {
        ModelControl.polling(catalog, Duration.ofDays(1)).close();
    }

    @Test
    void nobodyLoadsByCallsWhereTheFolderDecides() {
        try (ModelControl polling = ModelControl.polling(catalog, Duration.ofDays(1))) {
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> polling.load(MODEL));
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> polling.unload(MODEL));
        }
    }

    @Test
    void whoPollsSaysHowOften() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new ModelControl(catalog, ModelControlMode.POLL).close())
                .withMessage("mode: POLL (expected: NONE or EXPLICIT)");
    }

    private static void awaitQuietly(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
