package io.tiergate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
    private static final String RESOURCE = "models/tiny/tiny-edge/1/model.onnx";
    private static final Instant LONG_AGO = Instant.parse("2001-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void aLibraryIsUnpackedWholeIntoAFolderThatIsMade() throws IOException {
        Path file = folder.resolve("native/version/library.so");

        NativeLibraries.install(RESOURCE, file);

        assertThat(file).hasBinaryContent(resource());
        assertThat(filesIn(file.getParent())).containsExactly(file);
    }

    @Test
    void aLibraryThatIsThereIsNotWrittenAgain() throws IOException {
        Path file = folder.resolve("library.so");
        NativeLibraries.install(RESOURCE, file);
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));

        NativeLibraries.install(RESOURCE, file);

        assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(LONG_AGO);
    }

    @Test
    void aLibraryThatWasCutOffIsReplaced() throws IOException {
        Path file = Files.write(folder.resolve("library.so"), new byte[] {1, 2, 3});

        NativeLibraries.install(RESOURCE, file);

        assertThat(file).hasBinaryContent(resource());
    }

    @Test
    void severalInstallersAtOnceLeaveOneWholeLibrary() throws Exception {
        Path file = folder.resolve("native/library.so");
        List<Callable<Void>> installers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            installers.add(() -> {
                NativeLibraries.install(RESOURCE, file);
                // Whoever has installed it may use it at once, whatever the others are about to do.
                assertThat(file).hasBinaryContent(resource());
                return null;
            });
        }
        try (var threads = Executors.newFixedThreadPool(16)) {
            for (Future<Void> installed : threads.invokeAll(installers)) {
                installed.get();
            }
        }
        assertThat(filesIn(file.getParent())).containsExactly(file);
    }

    @Test
    void aLibraryThatIsNotOnTheClassPathIsRefused() {
        assertThatThrownBy(() -> NativeLibraries.install("native/plan9/library.so", folder.resolve("library.so")))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "native library native/plan9/library.so is not on the class path: this platform is not supported by it");
        assertThat(folder).isEmptyDirectory();
    }

    private static byte[] resource() throws IOException {
        try (var in = NativeLibrariesTest.class.getResourceAsStream("/" + RESOURCE)) {
            return in.readAllBytes();
        }
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
