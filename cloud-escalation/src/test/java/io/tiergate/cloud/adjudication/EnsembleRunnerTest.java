package io.tiergate.cloud.adjudication;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tiergate.cloud.telemetry.CloudMetrics;
import io.tiergate.cloud.testing.FixedEnsembleConfig;
import io.tiergate.ensemble.Ensemble;
import io.tiergate.runtime.NativeLibraries;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnsembleRunnerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<Tensor> SURE_A = List.of(Tensor.ofFloats("x", Shape.of(1, 4), 1, 0, 0, 0));
    private static final List<Tensor> SURE_B = List.of(Tensor.ofFloats("x", Shape.of(1, 4), 0, 1, 0, 0));
    private static final List<Tensor> NO_QUORUM = List.of(Tensor.ofFloats("x", Shape.of(1, 4), Float.NaN, 0, 0, 0));

    @TempDir
    Path repository;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Ensembles ensembles;
    private EnsembleRunner runner;

    @BeforeEach
    void load() throws Exception {
        NativeLibraries.installOnnxRuntime(Path.of("target", "native"));
        EnsembleConfig config = FixedEnsembleConfig.withMemberDeadline(Duration.ofSeconds(3));
        ensembles = new Ensembles(config);
        TestModels.copyTo("fragile", repository);
        TestModels.copyTo("slow", repository);
        ensembles.load(TestModels.copyTo("tiny", repository));
        runner = new EnsembleRunner(config, new SampleJudge(config, new CloudMetrics(meters)));
    }

    @AfterEach
    void close() {
        runner.stop(PATIENCE);
        ensembles.close();
    }

    @Test
    void runsOnTheEnsemblesThreadsInBatchesUpToTheLimit() {
        String thread = runner.judge(tiny(), List.of(SURE_A, SURE_B, SURE_A))
                .map(judgements -> Thread.currentThread().getName())
                .await()
                .atMost(PATIENCE);
        assertThat(thread).startsWith("ensemble-");

        List<Judgement> judgements = judge(List.of(SURE_A, SURE_B, SURE_A, SURE_B, SURE_A, SURE_B));
        assertThat(tops(judgements)).containsExactly(0, 1, 0, 1, 0, 1);
        // 3 + 4 + 2
        assertThat(meters.get("tiergate.ensemble.batch.size").summary().count()).isEqualTo(3);
        assertThat(meters.get("tiergate.ensemble.batch.size").summary().totalAmount())
                .isEqualTo(9);
    }

    @Test
    void findsTheCulpritAloneWhenABatchFails() {
        List<Judgement> judgements = judge(List.of(SURE_A, List.of(), SURE_B));
        assertThat(judgements.get(1)).isInstanceOf(Judgement.Failed.class);
        assertThat(tops(List.of(judgements.get(0), judgements.get(2)))).containsExactly(0, 1);
    }

    @Test
    void findsTheCulpritAloneWhenItSpoilsEveryMembersRun() {
        List<Tensor> wrongShape = List.of(Tensor.ofFloats("x", Shape.of(1, 2), 1, 2));
        List<Judgement> judgements = judge(List.of(SURE_A, wrongShape, SURE_B));
        assertThat(tops(judgements)).containsExactly(0, -1, 1);
    }

    @Test
    void leavesASampleWithoutQuorumBesideItsMates() {
        assertThat(tops(judge(List.of(NO_QUORUM, SURE_A)))).containsExactly(-1, 0);
        assertThat(tops(judge(List.of(NO_QUORUM, NO_QUORUM)))).containsExactly(-1, -1);
    }

    @Test
    void answersOnlyTheCulpritDegradedWhenItMakesAMemberFail() {
        List<Tensor> culprit = List.of(Tensor.ofFloats("x", Shape.of(1, 4), 0, 0, 1, 1));
        List<Judgement> judgements = runner.judge(fragile(), List.of(SURE_A, SURE_B, culprit, SURE_A))
                .await()
                .atMost(PATIENCE);
        assertThat(tops(judgements)).containsExactly(0, 1, 2, 0);
        assertThat(judgements)
                .extracting(judgement -> ((Judgement.Given) judgement).opinion().degraded())
                .containsExactly(false, false, true, false);
    }

    @Test
    void answersAWholeBatchDegradedWithoutTheMemberThatOneSampleHoldsUp() {
        List<Tensor> never = List.of(Tensor.ofFloats("x", Shape.of(1, 4), 0, 1, 0, 1e15f));
        List<Judgement> judgements = runner.judge(
                        ensembles.find("slow-ensemble").orElseThrow(), List.of(SURE_A, never, SURE_B))
                .await()
                .atMost(PATIENCE);
        assertThat(tops(judgements)).containsExactly(0, 1, 1);
        assertThat(judgements)
                .extracting(judgement -> ((Judgement.Given) judgement).opinion().degraded())
                .containsOnly(true);
        // Cut once, and not again with each half: it is slow with less, too.
        assertThat(meters.get("tiergate.ensemble.batch.size").summary().count()).isEqualTo(1);
        assertThat(meters.get("tiergate.ensemble.members.left.out")
                        .tags("ensemble", "slow-ensemble", "member", "members/c.onnx", "reason", "late")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void runsNothingTwiceBecauseAnOutputIsNotFinite() {
        judge(List.of(NO_QUORUM, NO_QUORUM, SURE_A));
        assertThat(meters.get("tiergate.ensemble.batch.size").summary().count()).isEqualTo(1);
    }

    @Test
    void runsLargeSamplesInSmallerBatches() {
        // The tiny members fail on rows this long; that is told apart from the cut by the largest batch that was tried.
        Shape shape = Shape.of(1, 1024 * 1024);
        List<Tensor> fourMebibytes = List.of(Tensor.ofFloats("x", shape, new float[1024 * 1024]));
        judge(List.of(fourMebibytes, fourMebibytes, fourMebibytes));
        assertThat(meters.get("tiergate.ensemble.batch.size").summary().max()).isEqualTo(2);
    }

    private Ensemble tiny() {
        return ensembles.find("tiny-ensemble").orElseThrow();
    }

    private Ensemble fragile() {
        return ensembles.find("fragile-ensemble").orElseThrow();
    }

    private List<Judgement> judge(List<List<Tensor>> samples) {
        return runner.judge(tiny(), samples).await().atMost(PATIENCE);
    }

    private static List<Integer> tops(List<Judgement> judgements) {
        return judgements.stream()
                .map(judgement -> ((Judgement.Given) judgement).opinion().top())
                .toList();
    }
}
