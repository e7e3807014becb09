package io.tiergate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is killed, and however often, an id that a client has seen ends in one verdict. {@code -Dtiergate.test.kills} says how often
 * the edge is killed, {@code -Dtiergate.test.kill-rounds} how often each of all parts, {@code -Dtiergate.test.seed} when.
 */
class KillIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int KILLS = Integer.getInteger("tiergate.test.kills", 20);
    private static final int ROUNDS = Integer.getInteger("tiergate.test.kill-rounds", 2);
    private static final long SEED = Long.getLong("tiergate.test.seed", System.nanoTime());
    /** Of ids that clients see from one kill to the next, at most. */
    private static final int LONGEST_PEACE = 200;

    @TempDir
    static Path folder;

    private static LocalStack stack;
    private static Edge edge;

    private static final Queue<String> promised = new ConcurrentLinkedQueue<>();

    private final Random random = new Random(SEED);

    @BeforeAll
    static void start() throws Exception {
        System.out.println("KillIT: -Dtiergate.test.seed=" + SEED);
        Path models = TestModels.copyTo("tiny", folder.resolve("models"));
        stack = LocalStack.in(folder.resolve("stack"))
                .kafka()
                .postgres()
                .cloud(models)
                .edge(models)
                // The same few samples come again and again, each to be escalated anew.
                .property(Part.EDGE, "tiergate.verdicts.cache-entries", "0")
                .build();
        stack.start();
        edge = new Edge(stack.ports().edgeGrpc());
    }

    @AfterAll
    static void stop() {
        edge.close();
        stack.close();
    }

    @Test
    void anEdgeKilledBetweenReplyAndRelaySendsWhatItPromisedWhenItIsBack() throws Exception {
        // Without a broker nothing can be relayed: every id seen now is in the ledger alone.
        stack.process(Part.KAFKA).stop();
        List<String> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            SampleResult result = edge.infer("tiny-edge", 0, 1, 0, 0);
            assertThat(result.getEscalationId()).as("%s", result).isNotEmpty();
            waiting.add(result.getEscalationId());
        }
        promised.addAll(waiting);
        stack.process(Part.EDGE).kill();
        stack.process(Part.EDGE).awaitReady(PATIENCE);
        assertThat(waiting)
                .allSatisfy(id -> assertThat(edge.state(id)).isEqualTo(EscalationState.ESCALATION_STATE_PENDING));
        stack.process(Part.KAFKA).start();
        reconcile();
    }

    @Test
    void nothingIsLostOrDecidedTwiceWhenTheEdgeIsKilledAgainAndAgainUnderLoad() throws Exception {
        try (Load load = new Load(edge, promised)) {
            for (int kill = 0; kill < KILLS; kill++) {
                load.awaitMore(1 + random.nextInt(LONGEST_PEACE));
                stack.process(Part.EDGE).kill();
                stack.process(Part.EDGE).awaitReady(PATIENCE);
            }
            load.awaitMore(1);
        }
        reconcile();
    }

    @Test
    void nothingIsLostOrDecidedTwiceWhenEveryPartIsKilledUnderLoad() throws Exception {
        try (Load load = new Load(edge, promised)) {
            for (int round = 0; round < ROUNDS; round++) {
                List<Part> parts = new ArrayList<>(List.of(Part.values()));
                Collections.shuffle(parts, random);
                for (Part part : parts) {
                    load.awaitMore(1 + random.nextInt(LONGEST_PEACE));
                    stack.process(part).kill();
                    // Sometimes the next one is killed while this one is not back yet.
                    if (random.nextBoolean()) {
                        stack.process(part).awaitReady(PATIENCE);
                    }
                }
                for (Part part : parts) {
                    stack.process(part).awaitReady(PATIENCE);
                }
            }
            load.awaitMore(1);
        }
        reconcile();
    }

    private static void reconcile() throws Exception {
        new Reconciliation(stack, edge, folder.resolve("stack").resolve("edge")).run(promised);
    }
}
