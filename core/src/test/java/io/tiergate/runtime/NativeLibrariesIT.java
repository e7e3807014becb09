package io.tiergate.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.testing.ChildJvm;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** ONNX Runtime's own libraries, unpacked and loaded by JVMs that are then killed. */
@Timeout(60)
class NativeLibrariesIT {
    private static final String ANSWER = "[1.5, 2.5, 3.5]";

    @TempDir
    private Path folder;

    private Path model;
    private Path temporary;
    private Path libraries;

    @BeforeEach
    void prepare() throws IOException {
        model = TestModels.copyTo("tiny", "tiny-edge", folder.resolve("models")).resolve("tiny-edge/1/model.onnx");
        temporary = Files.createDirectories(folder.resolve("tmp"));
        libraries = folder.resolve("data/native");
    }

    @Test
    void aKilledJvmLeavesNoFileInTheTemporaryFolder() throws Exception {
        runAndKill(libraries.toString());

        assertThat(timesBelow(temporary)).isEmpty();
        assertThat(timesBelow(libraries).keySet())
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrder(
                        System.mapLibraryName("onnxruntime"), System.mapLibraryName("onnxruntime4j_jni"));
    }

    @Test
    void withoutInstallingAKilledJvmDoesLeaveThem() throws Exception {
        runAndKill("-");

        assertThat(timesBelow(temporary)).isNotEmpty();
    }

    @Test
    void theSecondStartUnpacksNothing() throws Exception {
        runAndKill(libraries.toString());
        Map<Path, FileTime> first = timesBelow(libraries);
        runAndKill(libraries.toString());

        assertThat(timesBelow(libraries)).isEqualTo(first);
    }

    @Test
    void jvmsThatStartTogetherShareOneInstallation() throws Exception {
        List<Process> children = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                children.add(start(libraries.toString()));
            }
            for (Process child : children) {
                assertThat(child.inputReader().readLine()).isEqualTo(ANSWER);
            }
        } finally {
            children.forEach(Process::destroyForcibly);
        }
        assertThat(timesBelow(libraries)).hasSize(2);
    }

    private void runAndKill(String target) throws IOException, InterruptedException {
        Process child = start(target);
        try {
            assertThat(child.inputReader().readLine()).isEqualTo(ANSWER);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private Process start(String target) throws IOException {
        return ChildJvm.of(ClassifyOnce.class, List.of("-Djava.io.tmpdir=" + temporary), model.toString(), target)
                .start();
    }

    private static Map<Path, FileTime> timesBelow(Path directory) throws IOException {
        Map<Path, FileTime> times = new HashMap<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                times.put(file, Files.getLastModifiedTime(file));
            }
        }
        return times;
    }
}
