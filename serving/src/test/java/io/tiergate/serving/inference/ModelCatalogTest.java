package io.tiergate.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.testing.PlainModel;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCatalogTest {
    private static final String MODEL = "tiny-plain";

    @TempDir
    private Path folder;

    private Path repository;
    private ModelCatalog<PlainModel> catalog;

    @BeforeEach
    void load() throws IOException {
        repository = folder.resolve("models");
        TestModels.copyTo("tiny", MODEL, repository);
        TestModels.copyTo("broken", "not-onnx", repository);
        TestModels.copyTo("tiny", "tiny-ensemble", repository);
        catalog = ModelCatalog.load(repository, PlainModel.LOADER);
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void everyVersionOfWhichThereIsSomethingToSayHasAState() {
        assertThat(catalog.states()).hasSize(2);
        ModelState refused = catalog.states().get(0);
        assertThat(refused.model()).isEqualTo("not-onnx");
        assertThat(refused.ready()).isFalse();
        assertThat(refused.reason()).contains("it is no ONNX file");
        assertThat(catalog.states().get(1)).isEqualTo(new ModelState(MODEL, "1", true, ""));
    }

    @Test
    void aHigherVersionTakesThePlaceOfTheOldOneWhichEndsWithItsLastUser() throws IOException {
        PlainModel old = catalog.acquire(MODEL, "");
        addVersion("2");
        catalog.reload(MODEL);

        assertThat(catalog.require(MODEL, "").version()).isEqualTo(2);
        assertThatExceptionOfType(ModelNotFoundException.class)
                .isThrownBy(() -> catalog.require(MODEL, "1"))
                .withMessage("Request for unknown model: 'tiny-plain' version 1 is not found (served: version 2)");
        assertThat(classify(old)).as("a call under way").containsExactly(1, 2, 3);
        old.release();
        assertThat(old.retain()).as("still in memory").isFalse();
    }

    @Test
    void whatIsServedStaysIfNothingBetterCanBeLoaded() throws IOException {
        Files.writeString(repository.resolve(MODEL).resolve("1/model.onnx"), "This is no ONNX file.");
        Files.writeString(
                Files.createDirectories(repository.resolve(MODEL).resolve("2")).resolve("model.onnx"), "Nor is this.");

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> catalog.reload(MODEL))
                .withMessageStartingWith("load failed for model 'tiny-plain': version 2: model.onnx cannot be loaded")
                .withMessageContaining("; version 1: model.onnx");
        assertThat(classify(catalog.require(MODEL, ""))).containsExactly(1, 2, 3);
        assertThat(catalog.states().stream().filter(state -> state.model().equals(MODEL)))
                .extracting(ModelState::version, ModelState::ready)
                .containsExactly(tuple("1", true), tuple("2", false));
    }

    @Test
    void theHighestVersionThatCanBeLoadedIsTaken() throws IOException {
        addVersion("2");
        Files.writeString(
                Files.createDirectories(repository.resolve(MODEL).resolve("3")).resolve("model.onnx"), "No model.");
        catalog.reload(MODEL);
        assertThat(catalog.require(MODEL, "").version()).isEqualTo(2);
        assertThatExceptionOfType(ModelNotReadyException.class)
                .isThrownBy(() -> catalog.require(MODEL, "3"))
                .withMessageContaining("is not at ready state: tiny-plain/3: model.onnx");
    }

    @Test
    void anUnloadedModelIsKnownButNotReadyUntilItIsLoadedAgain() {
        PlainModel old = catalog.require(MODEL, "");
        catalog.unload(MODEL);
        catalog.unload(MODEL);

        assertThat(catalog.served()).isEmpty();
        assertThat(old.retain()).as("still in memory").isFalse();
        assertThatExceptionOfType(ModelNotReadyException.class)
                .isThrownBy(() -> catalog.require(MODEL, "1"))
                .withMessage("Request for unknown model: 'tiny-plain' is not at ready state: tiny-plain/1: unloaded");
        assertThat(catalog.states()).contains(new ModelState(MODEL, "1", false, "unloaded"));

        catalog.reload(MODEL);
        assertThat(classify(catalog.require(MODEL, ""))).containsExactly(1, 2, 3);
        assertThat(catalog.states()).contains(new ModelState(MODEL, "1", true, ""));
    }

    @Test
    void aModelThatHasComeSinceTheStartCanBeLoaded() throws IOException {
        TestModels.copyTo("tiny", "tiny-edge", repository);
        List<String> changed = new ArrayList<>();
        catalog.onChange(changed::add);
        catalog.reload("tiny-edge");
        assertThat(catalog.served()).extracting(PlainModel::name).containsExactly("tiny-edge", MODEL);
        assertThat(changed).containsExactly("tiny-edge");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "", ".", "..", "../models/tiny-plain", "tiny-plain/1", "a\0b", "tiny-ensemble"})
    void whatIsNoModelForThisServerIsNotFound(String name) {
        assertThatExceptionOfType(ModelNotFoundException.class)
                .isThrownBy(() -> catalog.reload(name))
                .withMessage("Request for unknown model: '" + name + "' is not found (served: tiny-plain)");
        assertThatExceptionOfType(ModelNotFoundException.class).isThrownBy(() -> catalog.unload(name));
        assertThatExceptionOfType(ModelNotFoundException.class).isThrownBy(() -> catalog.require(name, ""));
    }

    @Test
    void aFolderWithoutVersionsHasNoAvailableOnes() throws IOException {
        Files.createDirectories(repository.resolve("empty"));
        assertThatExceptionOfType(ModelNotFoundException.class)
                .isThrownBy(() -> catalog.reload("empty"))
                .withMessageStartingWith("Request for unknown model: 'empty' has no available versions");
    }

    @Test
    void callsGoOnWhileModelsAreReplaced() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Callable<Integer> caller = () -> {
            int calls = 0;
            while (!done.get()) {
                PlainModel model = catalog.acquire(MODEL, "");
                try {
                    assertThat(classify(model)).containsExactly(1, 2, 3);
                } finally {
                    model.release();
                }
                calls++;
            }
            return calls;
        };
        try (ExecutorService callers = Executors.newFixedThreadPool(2)) {
            List<Future<Integer>> calls = List.of(callers.submit(caller), callers.submit(caller));
            try {
                for (int i = 0; i < 50; i++) {
                    catalog.reload(MODEL);
                }
            } finally {
                done.set(true);
            }
            assertThat(calls.get(0).get() + calls.get(1).get()).isPositive();
        }
    }

    private void addVersion(String version) throws IOException {
        Path target = Files.createDirectories(repository.resolve(MODEL).resolve(version));
        Files.copy(repository.resolve(MODEL).resolve("1/model.onnx"), target.resolve("model.onnx"));
    }

    private static double[] classify(PlainModel model) {
        Tensor x = Tensor.ofFloats("x", Shape.of(1, 4), 1, 2, 3, 0);
        return model.model().session().run(List.of(x), List.of("logits")).get(0).rowOfDoubles(0, 3);
    }
}
