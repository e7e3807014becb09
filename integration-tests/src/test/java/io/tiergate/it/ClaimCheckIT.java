package io.tiergate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large samples from edge to cloud, both processes of their own, through a folder that they share. */
class ClaimCheckIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Two megabytes, above what a broker takes by default. */
    private static final int LARGE = 500_000;

    @TempDir
    Path folder;

    private Path claims;
    private LocalStack stack;
    private Edge edge;

    @BeforeEach
    void start() throws Exception {
        Path models = TestModels.copyTo("tiny", folder.resolve("models"));
        claims = folder.resolve("claims");
        stack = LocalStack.in(folder.resolve("stack"))
                .kafka()
                .postgres()
                .cloud(models)
                .edge(models)
                .property(Part.EDGE, "tiergate.verdicts.cache-entries", "0")
                .property(Part.EDGE, "tiergate.claim-check.folder", claims.toString())
                .property(Part.CLOUD, "tiergate.claim-check.folder", claims.toString())
                .build();
        stack.start();
        edge = new Edge(stack.ports().edgeGrpc());
    }

    @AfterEach
    void stop() {
        edge.close();
        stack.close();
    }

    @Test
    void aLargeSampleThatWasPromisedWhileItsStoreWasAwayComesThroughTheEdgesDeath() throws Exception {
        String large = escalate(LARGE);
        String small = escalate(4);
        await().atMost(PATIENCE).until(() -> edge.state(small) == EscalationState.ESCALATION_STATE_VERDICT);
        assertThat(edge.state(large)).isEqualTo(EscalationState.ESCALATION_STATE_PENDING);
        stack.process(Part.EDGE).kill();
        stack.process(Part.EDGE).awaitReady(PATIENCE);
        assertThat(edge.state(large)).isEqualTo(EscalationState.ESCALATION_STATE_PENDING);

        Files.createDirectory(claims);
        // The ensemble looks at four numbers: that it says so shows that it has seen the others.
        await().atMost(PATIENCE).until(() -> edge.state(large) == EscalationState.ESCALATION_STATE_REJECTED);
        Escalation rejected = edge.find(large);
        assertThat(rejected.getReason()).contains("x: shape [1, " + LARGE + "]");
        assertThat(objects()).isEqualTo(1);
    }

    private String escalate(int numbers) {
        float[] x = new float[numbers];
        x[1] = 1;
        SampleResult result = edge.infer("tiny-wide", x);
        assertThat(result.getDecision()).isEqualTo(Decision.DECISION_ESCALATED);
        return result.getEscalationId();
    }

    private long objects() throws IOException {
        try (Stream<Path> files = Files.walk(claims)) {
            return files.filter(Files::isRegularFile).count();
        }
    }
}
