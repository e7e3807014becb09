package io.tiergate.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.testing.ChildJvm;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LastingEnvironmentIT {
    @TempDir
    private Path folder;

    @Test
    void modelsRunEvenAfterOnnxRuntimesOwnShutdownHook() throws Exception {
        Path model = TestModels.copyTo("tiny", "tiny-edge", folder).resolve("tiny-edge/1/model.onnx");
        Process child = ChildJvm.of(
                        RunAtTheEnd.class, List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"), model.toString())
                .start();
        try {
            assertThat(child.inputReader().readLine()).isEqualTo("[1.5, 2.5, 3.5]");
            assertThat(child.waitFor()).isZero();
        } finally {
            child.destroyForcibly();
        }
    }
}
