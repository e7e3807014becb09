package io.tiergate.cloud.adjudication;

import io.tiergate.cloud.Portions;
import io.tiergate.cloud.telemetry.CloudMetrics;
import io.tiergate.ensemble.Absence;
import io.tiergate.ensemble.Classification;
import io.tiergate.ensemble.Ensemble;
import io.tiergate.ensemble.Opinion;
import io.tiergate.runtime.Tensor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * Asks ensembles about samples, in batches that memory can hold. A sample that makes a run fail harms no other. A sample is its
 * inputs in the ensemble's order, batch dimension 1.
 */
@ApplicationScoped
public class SampleJudge {
    private static final Logger LOG = Logger.getLogger(SampleJudge.class);

    /** Every member's run copies its inputs into direct memory, on every thread. */
    private static final int BATCH_BYTES = 8 * 1024 * 1024;

    private final int batchLimit;
    private final CloudMetrics metrics;

    @Inject
    public SampleJudge(EnsembleConfig config, CloudMetrics metrics) {
        this.batchLimit = config.batchLimit();
        this.metrics = metrics;
    }

    /**
     * Cuts samples into batches that {@link #judge} may be asked about.
     *
     * @return together they are the samples, in order
     */
    public List<List<List<Tensor>>> batches(List<List<Tensor>> samples) {
        return Portions.of(samples, batchLimit, BATCH_BYTES, SampleJudge::sizeBytes);
    }

    /**
     * Judges a batch on the caller's thread, which it blocks for a forward pass of every member.
     *
     * @param batch samples of one shape
     * @return one judgement a sample, in order; never fails for a sample's sake
     */
    public List<Judgement> judge(Ensemble ensemble, List<List<Tensor>> batch) {
        try {
            metrics.ensembleRan(batch.size());
            Classification classification = ensemble.classify(concatenate(batch));
            classification.absences().forEach(absence -> leftOut(ensemble, absence));
            // A sample on which a member fails takes that member's answers for its mates with it. A late member is late
            // with less, too.
            if (batch.size() > 1 && classification.hasFailures()) {
                return judgeHalves(ensemble, batch);
            }
            List<Opinion> opinions = classification.opinions();
            opinions.stream().filter(Opinion::hasQuorum).forEach(o -> metrics.membersDisagreed(o.disagreement()));
            return opinions.stream().<Judgement>map(Judgement.Given::new).toList();
        } catch (RuntimeException e) {
            if (batch.size() > 1) {
                return judgeHalves(ensemble, batch);
            }
            LOG.warnf(e, "Ensemble failed on a sample: package=%s", ensemble.modelPackage());
            return List.of(new Judgement.Failed(
                    "ensemble '" + ensemble.manifest().name() + "' failed on this sample: " + e.getMessage()));
        }
    }

    private void leftOut(Ensemble ensemble, Absence absence) {
        String name = ensemble.manifest().name();
        metrics.memberLeftOut(name, absence.member(), absence.cause().name().toLowerCase(Locale.ROOT));
        if (absence.cause() == Absence.Cause.LATE) {
            LOG.warnf(
                    "Member was cut at its deadline, its opinion is left out: ensemble=%s member=%s",
                    name, absence.member());
        }
    }

    private List<Judgement> judgeHalves(Ensemble ensemble, List<List<Tensor>> batch) {
        int middle = batch.size() / 2;
        List<Judgement> judgements = new ArrayList<>(judge(ensemble, batch.subList(0, middle)));
        judgements.addAll(judge(ensemble, batch.subList(middle, batch.size())));
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
}
