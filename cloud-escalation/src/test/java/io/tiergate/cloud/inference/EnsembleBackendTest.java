package io.tiergate.cloud.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.adjudication.EnsembleConfig;
import io.tiergate.cloud.adjudication.EnsembleRunner;
import io.tiergate.cloud.adjudication.Ensembles;
import io.tiergate.cloud.adjudication.SampleJudge;
import io.tiergate.cloud.adjudication.ServedEnsemble;
import io.tiergate.cloud.telemetry.CloudMetrics;
import io.tiergate.cloud.testing.FixedEnsembleConfig;
import io.tiergate.runtime.ModelRun;
import io.tiergate.runtime.NativeLibraries;
import io.tiergate.runtime.RunTimes;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.inference.InferenceCall;
import io.tiergate.serving.inference.InferencePool;
import io.tiergate.serving.inference.InferenceStatistics;
import io.tiergate.serving.inference.Prediction;
import io.tiergate.serving.inference.QueueFullException;
import io.tiergate.serving.inference.QueuePolicy;
import io.tiergate.serving.inference.RunRequest;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnsembleBackendTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<Tensor> SURE_A = List.of(Tensor.ofFloats("x", Shape.of(1, 4), 1, 0, 0, 0));

    @TempDir
    Path repository;

    private final InferencePool pool = new InferencePool(1, 1, new InferenceStatistics());
    private Ensembles ensembles;
    private ServedEnsemble tiny;
    private EnsembleRunner escalations;
    private EnsembleBackend backend;

    @BeforeEach
    void load() throws Exception {
        NativeLibraries.installOnnxRuntime(Path.of("target", "native"));
        EnsembleConfig config = FixedEnsembleConfig.withBatchLimit(4);
        ensembles = new Ensembles(config);
        ensembles.load(TestModels.copyTo("tiny", "tiny-ensemble", repository));
        tiny = ensembles.catalog().require("tiny-ensemble", "");
        SampleJudge judge = new SampleJudge(config, new CloudMetrics(new SimpleMeterRegistry()));
        escalations = new EnsembleRunner(config, judge);
        backend = new EnsembleBackend(pool, judge, 1024);
    }

    @AfterEach
    void close() {
        pool.close();
        escalations.stop(PATIENCE);
        ensembles.close();
    }

    @Test
    void answersOnAnInferenceThread() {
        String thread =
                ask().map(answer -> Thread.currentThread().getName()).await().atMost(PATIENCE);
        assertThat(thread).startsWith("inference-");
    }

    @Test
    void refusesWhatItCannotQueueAndLeavesTheEscalationsTheirThreads() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        var running = pool.run(new RunRequest(tiny, 1, 0, QueuePolicy.DEFAULT), () -> {
                    begun.countDown();
                    end.await();
                    return new ModelRun<>("done", new RunTimes(0, 0, 0));
                })
                .subscribeAsCompletionStage();
        begun.await();
        var waiting = ask().subscribeAsCompletionStage();

        assertThatThrownBy(() -> ask().await().atMost(PATIENCE))
                .isInstanceOf(QueueFullException.class)
                .hasMessageStartingWith("Exceeds maximum queue size: up to 1 requests may wait");
        assertThat(escalations.judge(tiny.ensemble(), List.of(SURE_A)).await().atMost(PATIENCE))
                .hasSize(1);

        end.countDown();
        assertThat(running.get()).isEqualTo("done");
        assertThat(waiting.get().parameters()).containsEntry("tiergate.label", "a");
    }

    private Uni<Prediction> ask() {
        return backend.infer(
                tiny, new InferenceCall(SURE_A, List.of(ServedEnsemble.PROBABILITIES), Map.of(), QueuePolicy.DEFAULT));
    }
}
