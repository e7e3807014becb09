package io.tiergate.cloud.adjudication;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.Portions;
import io.tiergate.cloud.telemetry.CloudMetrics;
import io.tiergate.ensemble.Classification;
import io.tiergate.ensemble.Ensemble;
import io.tiergate.ensemble.Opinion;
import io.tiergate.runtime.Tensor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/** Runs samples through an ensemble, as many at once as may be, on a bounded pool of threads of its own. */
@ApplicationScoped
public class EnsembleRunner {
    private static final Logger LOG = Logger.getLogger(EnsembleRunner.class);

    /** Every member's run copies its inputs into direct memory, on every thread. */
    private static final int BATCH_BYTES = 8 * 1024 * 1024;

    private final int batchLimit;
    private final ExecutorService threads;
    private final CloudMetrics metrics;

    @Inject
    EnsembleRunner(EnsembleConfig config, CloudMetrics metrics) {
        this.batchLimit = config.batchLimit();
        int count = config.threads().orElse(Runtime.getRuntime().availableProcessors());
        // Platform threads: a forward pass stays in native code and would pin a virtual thread's carrier.
        this.threads = Executors.newFixedThreadPool(
                count, Thread.ofPlatform().name("ensemble-", 0).daemon().factory());
        this.metrics = metrics;
    }

    /**
     * Asks an ensemble about samples of one shape.
     *
     * @param samples each with its inputs in the ensemble's order, batch dimension 1
     * @return one judgement a sample, in order; never fails for a sample's sake
     */
    public Uni<List<Judgement>> judge(Ensemble ensemble, List<List<Tensor>> samples) {
        List<Uni<List<Judgement>>> batches = new ArrayList<>();
        for (List<List<Tensor>> batch : Portions.of(samples, batchLimit, BATCH_BYTES, EnsembleRunner::sizeBytes)) {
            // Blocks an ensemble thread for a whole forward pass of every member.
            batches.add(Uni.createFrom().item(() -> retained(ensemble, batch)).runSubscriptionOn(threads));
        }
        return Uni.join().all(batches).andFailFast().map(parts -> parts.stream()
                .flatMap(List::stream)
                .toList());
    }

    private List<Judgement> retained(Ensemble ensemble, List<List<Tensor>> batch) {
        if (!ensemble.retain()) {
            throw new IllegalStateException(ensemble.modelPackage() + " is closed");
        }
        try {
            return run(ensemble, batch);
        } finally {
            ensemble.release();
        }
    }

    private List<Judgement> run(Ensemble ensemble, List<List<Tensor>> batch) {
        try {
            metrics.ensembleRan(batch.size());
            Classification classification = ensemble.classify(concatenate(batch));
            // A sample on which a member fails takes that member's answers for its mates with it.
            if (batch.size() > 1 && classification.failedMembers() > 0) {
                return runHalves(ensemble, batch);
            }
            List<Opinion> opinions = classification.opinions();
            opinions.stream().filter(Opinion::hasQuorum).forEach(o -> metrics.membersDisagreed(o.disagreement()));
            return opinions.stream().<Judgement>map(Judgement.Given::new).toList();
        } catch (RuntimeException e) {
            if (batch.size() > 1) {
                return runHalves(ensemble, batch);
            }
            LOG.warnf(e, "Ensemble failed on a sample: package=%s", ensemble.modelPackage());
            return List.of(new Judgement.Failed(
                    "ensemble '" + ensemble.manifest().name() + "' failed on this sample: " + e.getMessage()));
        }
    }

    private List<Judgement> runHalves(Ensemble ensemble, List<List<Tensor>> batch) {
        int middle = batch.size() / 2;
        List<Judgement> judgements = new ArrayList<>(run(ensemble, batch.subList(0, middle)));
        judgements.addAll(run(ensemble, batch.subList(middle, batch.size())));
        return judgements;
    }

    private static long sizeBytes(List<Tensor> sample) {
        return sample.stream().mapToLong(Tensor::sizeBytes).sum();
    }

    private static List<Tensor> concatenate(List<List<Tensor>> batch) {
        return IntStream.range(0, batch.get(0).size())
                .mapToObj(input -> Tensor.concatenate(
                        batch.stream().map(sample -> sample.get(input)).toList()))
                .toList();
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
