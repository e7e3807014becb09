package io.tiergate.cloud.adjudication;

import io.smallrye.mutiny.Uni;
import io.tiergate.ensemble.Ensemble;
import io.tiergate.runtime.Tensor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Runs escalated samples through an ensemble, as many at once as may be, on a bounded pool of threads of its own. */
@ApplicationScoped
public class EnsembleRunner {
    private final SampleJudge judge;
    private final ExecutorService threads;

    @Inject
    public EnsembleRunner(EnsembleConfig config, SampleJudge judge) {
        this.judge = judge;
        int count = config.threads().orElse(Runtime.getRuntime().availableProcessors());
        // Platform threads: a forward pass stays in native code and would pin a virtual thread's carrier.
        this.threads = Executors.newFixedThreadPool(
                count, Thread.ofPlatform().name("ensemble-", 0).daemon().factory());
    }

    /**
     * Asks an ensemble about samples of one shape.
     *
     * @param samples each with its inputs in the ensemble's order, batch dimension 1
     * @return one judgement a sample, in order; never fails for a sample's sake
     */
    public Uni<List<Judgement>> judge(Ensemble ensemble, List<List<Tensor>> samples) {
        List<Uni<List<Judgement>>> batches = new ArrayList<>();
        for (List<List<Tensor>> batch : judge.batches(samples)) {
            // Blocks an ensemble thread for a whole forward pass of every member.
            batches.add(Uni.createFrom().item(() -> run(ensemble, batch)).runSubscriptionOn(threads));
        }
        return Uni.join().all(batches).andFailFast().map(parts -> parts.stream()
                .flatMap(List::stream)
                .toList());
    }

    private List<Judgement> run(Ensemble ensemble, List<List<Tensor>> batch) {
        if (!ensemble.retain()) {
            throw new IllegalStateException(ensemble.modelPackage() + " is closed");
        }
        try {
            return judge.judge(ensemble, batch);
        } finally {
            ensemble.release();
        }
    }

    /**
     * Takes no more samples and waits for what is running. What outlasts the patience keeps its ensemble in memory, until the process
     * ends if need be.
     */
    public void stop(Duration patience) {
        threads.shutdownNow();
        try {
            threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
