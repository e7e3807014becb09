package io.tiergate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.tiergate.gate.GateRules;
import io.tiergate.model.EdgeManifest;
import io.tiergate.model.ModelRepository;
import io.tiergate.parts.PartGenerator;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchModelsTest {
    private static final int SIDE = PartGenerator.SIDE_PIXELS;

    @TempDir
    Path folder;

    private BenchModels models() {
        return new BenchModels(Path.of("..", "parts", "models"), folder);
    }

    @Test
    void theGateOfTheComparisonAcceptsEverythingAndAuditsNothing() throws Exception {
        models().accepting();
        // A second subject is given the same.
        ModelRepository.Listing listing = ModelRepository.list(models().accepting());

        assertThat(listing.refusals()).isEmpty();
        EdgeManifest manifest =
                (EdgeManifest) listing.packages().getFirst().manifest().orElseThrow();
        assertThat(manifest.gate()).contains(GateRules.fixed(0, 0));
        assertThat(manifest.escalation()).isPresent();
    }

    @Test
    void withoutGateThereIsNoManifest() throws Exception {
        ModelRepository.Listing listing = ModelRepository.list(models().withoutGate());

        assertThat(listing.packages()).singleElement().satisfies(found -> assertThat(found.manifest())
                .isEmpty());
    }

    @Test
    void theSlowModelRunsOnBatches() throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(SlowModel.onnx(3));
                OnnxTensor images = OnnxTensor.createTensor(
                        environment, FloatBuffer.allocate(2 * SIDE * SIDE), new long[] {2, 1, SIDE, SIDE});
                OrtSession.Result result = session.run(Map.of("images", images))) {
            assertThat(((OnnxTensor) result.get(0)).getInfo().getShape()).containsExactly(2, 6);
        }
    }
}
