package io.tiergate.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.testing.ChildJvm;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * ONNX Runtime 1.29.0 crashes the JVM when the process's command line is longer than about 4 KiB, as that of a service with a long
 * class path easily is. This is why the version is pinned, and what the next one has to pass.
 */
class LongCommandLineTest {
    private static final int LONG = 8 * 1024;

    @TempDir
    private Path folder;

    @Test
    @Timeout(60)
    void aModelRunsInAJvmWithALongCommandLine() throws Exception {
        Path model = TestModels.copyTo("tiny", "tiny-edge", folder).resolve("tiny-edge/1/model.onnx");
        ProcessBuilder command = ChildJvm.of(
                ClassifyOnce.class,
                List.of("-Dtiergate.long-property=" + "p".repeat(LONG)),
                model.toString(),
                folder.resolve("native").toString(),
                "a".repeat(LONG));
        assertThat(String.join(" ", command.command())).hasSizeGreaterThan(2 * LONG);

        Process child = command.start();
        try {
            child.outputWriter().close();

            assertThat(child.inputReader().lines()).containsExactly("[1.5, 2.5, 3.5]");
            assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isZero();
        } finally {
            child.destroyForcibly();
        }
    }
}
