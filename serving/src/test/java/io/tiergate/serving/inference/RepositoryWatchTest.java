package io.tiergate.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tiergate.serving.testing.PlainModel;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryWatchTest {
    private static final String MODEL = "tiny-plain";

    @TempDir
    private Path folder;

    private final List<String> changes = new ArrayList<>();
    private Path repository;
    private ModelCatalog<PlainModel> catalog;
    private RepositoryWatch watch;

    @BeforeEach
    void load() throws IOException {
        repository = folder.resolve("models");
        TestModels.copyTo("tiny", MODEL, repository);
        TestModels.copyTo("broken", "not-onnx", repository);
        TestModels.copyTo("tiny", "tiny-ensemble", repository);
        start();
    }

    private void start() throws IOException {
        catalog = ModelCatalog.load(repository, PlainModel.LOADER);
        catalog.onChange(changes::add);
        watch = new RepositoryWatch(catalog);
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void whatDoesNotChangeIsLeftAlone() {
        look(5);
        assertThat(changes).isEmpty();
    }

    @Test
    void aNewModelIsServedOnceItHasLookedTheSameTwice() throws IOException {
        look(1);
        TestModels.copyTo("tiny", "tiny-edge", repository);
        look(1);
        assertThat(catalog.find("tiny-edge")).isEmpty();
        look(1);
        assertThat(catalog.find("tiny-edge")).isPresent();
        look(3);
        assertThat(changes).containsExactly("tiny-edge");
    }

    @Test
    void aHigherVersionTakesThePlaceOfTheOldOneWhichEndsWithItsLastUser() throws IOException {
        PlainModel old = catalog.acquire(MODEL, "");
        addVersion("2");
        look(2);
        assertThat(catalog.require(MODEL, "").version()).isEqualTo(2);
        assertThat(old.retain()).as("kept for its user").isTrue();
        old.release();
        old.release();
        assertThat(old.retain()).as("still in memory").isFalse();
    }

    @Test
    void aFolderThatIsStillBeingCopiedWaits() throws IOException {
        Path version = Files.createDirectories(repository.resolve(MODEL).resolve("2"));
        byte[] model = Files.readAllBytes(modelFile("1"));
        for (int copied = 0; copied < model.length; copied += 1 + model.length / 7) {
            Files.write(version.resolve("model.onnx"), Arrays.copyOf(model, copied));
            look(1);
        }
        Files.write(version.resolve("model.onnx"), model);
        look(1);
        assertThat(changes).isEmpty();
        look(1);
        assertThat(catalog.require(MODEL, "").version()).isEqualTo(2);
    }

    @Test
    void whatCameWhileTheServerStartedIsNotMissed() throws IOException {
        addVersion("2");
        watch = new RepositoryWatch(catalog);
        look(1);
        assertThat(catalog.require(MODEL, "").version()).isEqualTo(2);
    }

    @Test
    void aVersionWhoseFilesHaveChangedIsLoadedAgain() throws IOException {
        PlainModel old = catalog.require(MODEL, "");
        Files.writeString(repository.resolve(MODEL).resolve("1/README"), "Trained again.");
        look(2);
        PlainModel changed = catalog.require(MODEL, "");
        assertThat(changed.version()).isEqualTo(1);
        assertThat(changed.digest()).isNotEqualTo(old.digest());
        assertThat(old.retain()).as("still in memory").isFalse();
    }

    @Test
    void aVersionThatOnlyLooksChangedStaysInMemory() throws IOException {
        PlainModel served = catalog.require(MODEL, "");
        Files.setLastModifiedTime(modelFile("1"), FileTime.fromMillis(1_000));
        look(4);
        assertThat(catalog.require(MODEL, "")).isSameAs(served);
        assertThat(changes).containsExactly(MODEL);
    }

    @Test
    void aLinkThatIsSetToAnotherReleaseIsAChange() throws IOException {
        Path releases = folder.resolve("releases");
        FileTime time = FileTime.fromMillis(1_000);
        for (String release : List.of("a", "b")) {
            TestModels.copyTo("tiny", MODEL, releases.resolve(release));
            Path note = releases.resolve(release).resolve(MODEL).resolve("1/README");
            Files.writeString(note, release);
            Files.setLastModifiedTime(note, time);
            Files.setLastModifiedTime(note.resolveSibling("model.onnx"), time);
        }
        delete(repository.resolve(MODEL));
        link("a");
        look(2);
        String before = catalog.require(MODEL, "").digest();
        Files.delete(repository.resolve(MODEL));
        link("b");
        look(2);
        assertThat(catalog.require(MODEL, "").digest()).isNotEqualTo(before);
    }

    @Test
    void ifTheServedVersionGoesTheHighestOneLeftIsServed() throws IOException {
        addVersion("2");
        addVersion("3");
        look(2);
        delete(repository.resolve(MODEL).resolve("3"));
        look(2);
        assertThat(catalog.require(MODEL, "").version()).isEqualTo(2);
    }

    @Test
    void anOldVersionThatGoesChangesNothingForTheOneServed() throws IOException {
        addVersion("2");
        look(2);
        PlainModel served = catalog.require(MODEL, "");
        delete(repository.resolve(MODEL).resolve("1"));
        look(2);
        assertThat(catalog.require(MODEL, "")).isSameAs(served);
    }

    @Test
    void aModelThatHasGoneIsServedNoMoreAndItsLastUserFreesIt() throws IOException {
        PlainModel old = catalog.acquire(MODEL, "");
        delete(repository.resolve(MODEL));
        look(1);
        assertThat(catalog.find(MODEL)).isPresent();
        look(1);
        assertThatExceptionOfType(ModelNotFoundException.class).isThrownBy(() -> catalog.require(MODEL, ""));
        assertThat(catalog.states()).noneMatch(state -> state.model().equals(MODEL));
        assertThat(changes).containsExactly(MODEL);
        old.release();
        assertThat(old.retain()).as("still in memory").isFalse();

        TestModels.copyTo("tiny", MODEL, repository);
        look(2);
        assertThat(catalog.find(MODEL)).isPresent();
    }

    @Test
    void aModelWithoutVersionsIsOneThatHasGone() throws IOException {
        delete(repository.resolve(MODEL).resolve("1"));
        look(2);
        assertThat(catalog.find(MODEL)).isEmpty();
    }

    @Test
    void aRefusedVersionIsNotTriedAgainUntilItLooksOtherwise() throws IOException {
        PlainModel served = catalog.require(MODEL, "");
        Path broken = Files.createDirectories(repository.resolve(MODEL).resolve("2"));
        Files.writeString(broken.resolve("model.onnx"), "This is no ONNX file.");
        look(6);
        assertThat(changes).as("tries").containsExactly(MODEL);
        assertThat(catalog.require(MODEL, "")).isSameAs(served);
        assertThat(catalog.states())
                .anySatisfy(state -> assertThat(state.reason()).contains("it is no ONNX file"))
                .contains(new ModelState(MODEL, "1", true, ""));

        Files.copy(modelFile("1"), broken.resolve("model.onnx"), StandardCopyOption.REPLACE_EXISTING);
        look(2);
        assertThat(catalog.require(MODEL, "").version()).isEqualTo(2);
    }

    @Test
    void aServedVersionThatIsBrokenInItsPlaceIsNotReplacedByALowerOne() throws IOException {
        addVersion("2");
        look(2);
        PlainModel served = catalog.require(MODEL, "");
        Files.writeString(modelFile("2"), "This is no ONNX file any more.");
        look(2);
        assertThat(catalog.require(MODEL, "")).isSameAs(served);
        assertThat(served.retain()).as("in memory").isTrue();
        served.release();
    }

    @Test
    void ifNothingThatIsLeftCanBeLoadedWhatIsServedStays() throws IOException {
        addVersion("2");
        look(2);
        Files.writeString(modelFile("1"), "This is no ONNX file.");
        delete(repository.resolve(MODEL).resolve("2"));
        look(2);
        assertThat(catalog.require(MODEL, "").version()).isEqualTo(2);
    }

    @Test
    void aModelThatBecomesOneForAnotherServerIsServedNoMore() throws IOException {
        Path ensemble = repository.resolve(MODEL).resolve("2");
        Files.move(repository.resolve("tiny-ensemble/1"), ensemble);
        Path manifest = ensemble.resolve("model.yaml");
        Files.writeString(manifest, Files.readString(manifest).replace("tiny-ensemble", MODEL));
        delete(repository.resolve(MODEL).resolve("1"));
        look(2);
        assertThat(catalog.find(MODEL)).isEmpty();
        assertThat(catalog.states()).noneMatch(state -> state.model().equals(MODEL));
    }

    @Test
    void hiddenFoldersAndFilesAreNoModels() throws IOException {
        TestModels.copyTo("tiny", "tiny-edge", repository.resolve(".incoming"));
        Files.move(repository.resolve(".incoming/tiny-edge"), repository.resolve(".tiny-edge"));
        Files.writeString(repository.resolve("README.md"), "Models.");
        Files.createDirectories(repository.resolve("coming"));
        look(3);
        assertThat(changes).isEmpty();
        Files.move(repository.resolve(".tiny-edge"), repository.resolve("tiny-edge"));
        look(2);
        assertThat(catalog.find("tiny-edge")).isPresent();
    }

    @Test
    void aRepositoryThatIsAwayChangesNothingAndIsServedAgainWhenItIsBack() throws IOException {
        Path away = folder.resolve("away");
        PlainModel served = catalog.require(MODEL, "");
        Files.move(repository, away);
        look(4);
        assertThat(catalog.require(MODEL, "")).isSameAs(served);
        // What lies under a mount point.
        Files.createDirectories(repository);
        look(4);
        assertThat(catalog.require(MODEL, "")).isSameAs(served);
        assertThat(changes).isEmpty();

        Files.delete(repository);
        Files.move(away, repository);
        addVersion("2");
        look(2);
        assertThat(catalog.require(MODEL, "").version()).isEqualTo(2);
    }

    @Test
    void thatTheRepositoryIsAwayIsToldOnceAndOnceThatItIsBack() throws IOException {
        List<String> told = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                told.add(line.getLevel() + " " + line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger(RepositoryWatch.class.getName());
        log.addHandler(handler);
        try {
            Path away = folder.resolve("away");
            Files.move(repository, away);
            look(3);
            Files.move(away, repository);
            look(3);
        } finally {
            log.removeHandler(handler);
        }
        assertThat(told).hasSize(2);
        assertThat(told.getFirst())
                .startsWith("WARN")
                .contains("Model repository cannot be read, what is served stays");
        assertThat(told.getLast()).startsWith("INFO").contains("Model repository is back");
    }

    @Test
    void aRepositoryThatIsEmptiedServesNothing() throws IOException {
        for (String model : List.of(MODEL, "not-onnx", "tiny-ensemble")) {
            delete(repository.resolve(model));
        }
        look(2);
        assertThat(catalog.served()).isEmpty();
        assertThat(catalog.states()).isEmpty();
    }

    @Test
    void aModelThatCannotBeLookedAtKeepsNothingElseFromBeingServed() throws IOException {
        PlainModel served = catalog.require(MODEL, "");
        Path loop = repository.resolve(MODEL).resolve("1/loop");
        Files.createSymbolicLink(loop, Path.of(".."));
        Files.createSymbolicLink(repository.resolve("circle"), Path.of("circle"));
        addVersion("2");
        TestModels.copyTo("tiny", "tiny-edge", repository);
        look(3);
        assertThat(catalog.require(MODEL, "")).isSameAs(served);
        assertThat(catalog.find("tiny-edge")).isPresent();

        Files.delete(loop);
        look(2);
        assertThat(catalog.require(MODEL, "").version()).isEqualTo(2);
    }

    @Test
    void aWatchThatIsStoppedLoadsNothingMore() throws IOException {
        addVersion("2");
        watch.stop();
        look(3);
        assertThat(changes).isEmpty();
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            watch.look();
        }
    }

    private void addVersion(String version) throws IOException {
        Files.createDirectories(repository.resolve(MODEL).resolve(version));
        Files.copy(modelFile("1"), modelFile(version));
    }

    private Path modelFile(String version) {
        return repository.resolve(MODEL).resolve(version).resolve("model.onnx");
    }

    private void link(String release) throws IOException {
        Files.createSymbolicLink(
                repository.resolve(MODEL),
                folder.resolve("releases").resolve(release).resolve(MODEL));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
