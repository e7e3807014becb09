package io.tiergate.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.tiergate.runtime.RowLayout.Column;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchProbeTest {
    private static final TensorSpec X = new TensorSpec("x", DataType.FP32, Shape.of(-1, 7));

    @TempDir
    private Path folder;

    @Test
    void aLayoutWhoseOutputIsAnInputIsRefused() {
        TensorSpec twice = new TensorSpec("twice", DataType.FP32, Shape.of(-1, 7));
        assertThat(RowLayout.of(new Signature(List.of(X), List.of(twice)))).isPresent();
        assertThat(RowLayout.of(new Signature(List.of(X), List.of(twice, X)))).isEmpty();
    }

    /** As if no name told that ONNX Runtime leaves an output's memory as it was. */
    @Test
    void rowsOfAnOutputThatIsNeverWrittenDependOnWhatItsMemoryHeld() throws Exception {
        TestModels.copyTo("batches", folder);
        Column x = new Column(X, 7 * Float.BYTES);
        RowLayout layout = new RowLayout(List.of(x), List.of(x));
        OrtEnvironment environment = LastingEnvironment.get();
        try (OrtSession session =
                environment.createSession(folder.resolve("passing/1/model.onnx").toString())) {
            RowBatches batches = new RowBatches(environment, session, layout);
            assertThat(new BatchProbe(layout, batches.mostRows()).rowsAreIndependent((parts, filling) -> {
                        try {
                            return batches.tryOver(filling, parts).result();
                        } catch (OrtException e) {
                            throw new AssertionError(e);
                        }
                    }))
                    .isFalse();
            batches.close();
        }
    }
}
