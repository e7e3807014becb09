package io.tiergate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.proto.inference.ModelInferRequest;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplePoolsTest {
    private static final SamplePools POOLS = SamplePools.generate();

    @TempDir
    Path folder;

    @Test
    void aThousandDifferentSamplesOfWhichATenthAsksToBeEscalated() throws Exception {
        List<ModelInferRequest> requests = read(POOLS.write(folder.resolve("pool"), "parts-edge", true));

        assertThat(requests).hasSize(1_000).allSatisfy(request -> assertThat(request.getModelName())
                .isEqualTo("parts-edge"));
        assertThat(requests.stream()
                        .map(ModelInferRequest::getRawInputContentsList)
                        .distinct())
                .hasSize(1_000);
        assertThat(requests.stream()
                        .filter(request -> request.getParametersMap().containsKey("tiergate.escalation")))
                .hasSize(100);
    }

    @Test
    void aPoolForAServerWithoutGateHasNoParameters() throws Exception {
        assertThat(read(POOLS.write(folder.resolve("pool"), "slow", false)))
                .allSatisfy(request -> assertThat(request.getParametersCount()).isZero());
    }

    private static List<ModelInferRequest> read(Path file) throws IOException {
        List<ModelInferRequest> requests = new ArrayList<>();
        try (var in = new DataInputStream(Files.newInputStream(file))) {
            while (in.available() > 0) {
                requests.add(ModelInferRequest.parseFrom(in.readNBytes(in.readInt())));
            }
        }
        return requests;
    }
}
