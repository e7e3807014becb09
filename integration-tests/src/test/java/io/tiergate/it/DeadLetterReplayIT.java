package io.tiergate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cloud that was started without the ensemble: what it rejects gets its verdict after all. */
class DeadLetterReplayIT {
    private static final Path LAUNCHER =
            Path.of("..", "tiergate").toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void whatWasRejectedGetsItsVerdictWhenTheCauseIsGoneAndItsLetterIsReplayed() throws Exception {
        Path ensembles = TestModels.copyTo("fragile", folder.resolve("ensembles"));
        try (LocalStack stack = LocalStack.in(folder.resolve("stack"))
                        .kafka()
                        .postgres()
                        .cloud(ensembles)
                        .edge(TestModels.copyTo("tiny", folder.resolve("models")))
                        .property(Part.EDGE, "tiergate.verdicts.cache-entries", "0")
                        .build();
                Edge edge = new Edge(stack.ports().edgeGrpc())) {
            stack.start();
            String sure = edge.infer("tiny-edge", 0, 1, 0, 0).getEscalationId();
            String unsure = edge.infer("tiny-edge", 1, 1, 1, 0).getEscalationId();
            awaitState(edge, sure, EscalationState.ESCALATION_STATE_REJECTED);
            awaitState(edge, unsure, EscalationState.ESCALATION_STATE_REJECTED);
            assertThat(deadLetters(stack, "list", "--reason", "ensemble"))
                    .contains(sure, unsure, "ensemble: 'tiny-ensemble' is not served (served: fragile-ensemble)");

            TestModels.copyTo("tiny", "tiny-ensemble", ensembles);
            stack.process(Part.CLOUD).kill();
            stack.process(Part.CLOUD).awaitReady(PATIENCE);
            assertThat(deadLetters(stack, "replay", "--reason", "ensemble", "--yes"))
                    .contains("Put back 2 dead letters.");

            Escalation decided = awaitState(edge, sure, EscalationState.ESCALATION_STATE_VERDICT);
            assertThat(decided.getVerdict().getLabel()).isEqualTo("b");
            await().atMost(PATIENCE)
                    .until(() -> Topic.read(stack.kafkaAddress(), "verdicts").size() == 4);
            assertThat(edge.state(unsure))
                    .as("a person will decide, and until then it has ended as it had")
                    .isEqualTo(EscalationState.ESCALATION_STATE_REJECTED);
            assertThat(Topic.read(stack.kafkaAddress(), "retraining")).hasSize(1);
            assertThat(deadLetters(stack, "replay", "--all", "--yes")).contains("Nothing was replayed");
            assertThat(deadLetters(stack, "list", "--waiting", "--json")).isEmpty();
        }
    }

    private static Escalation awaitState(Edge edge, String id, EscalationState state) {
        await().atMost(PATIENCE).until(() -> edge.state(id) == state);
        return edge.find(id);
    }

    /** Returns what the command prints, once it has succeeded. */
    private String deadLetters(LocalStack stack, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", LAUNCHER.toString(), "dead-letters"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--kafka", stack.kafkaAddress()));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(Map.of("TIERGATE_SKIP_BUILD", "1"));
        Process process = builder.start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        assertThat(Files.readString(err)).doesNotContain("ERROR", "Exception");
        return Files.readString(out);
    }
}
