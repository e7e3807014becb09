package io.tiergate.cloud.telemetry;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.tiergate.ensemble.Disagreement;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The cloud's meters. What is published is counted once its Kafka transaction is committed, and so: answers = final + parked +
 * rejected, where a re-asked escalation counts again; copies that got no answer are {@code duplicate}. A reported label is no
 * question and in none of these: it counts among the verdicts once, when its retraining record is written, and a copy of it nowhere.
 */
@ApplicationScoped
public class CloudMetrics {
    private final MeterRegistry registry;
    private final DistributionSummary batchSize;
    private final DistributionSummary disagreement;
    private final AtomicLong reviewPending;

    @Inject
    public CloudMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.batchSize = DistributionSummary.builder("tiergate.ensemble.batch.size")
                .description("Samples in one forward pass of an ensemble")
                .register(registry);
        this.disagreement = DistributionSummary.builder("tiergate.ensemble.disagreement")
                .description("Mutual information between an ensemble's members and their mean, in nats")
                .register(registry);
        this.reviewPending = registry.gauge("tiergate.review.pending", new AtomicLong());
    }

    public void ensembleRan(int samples) {
        batchSize.record(samples);
    }

    /**
     * One forward pass of the others without this member.
     *
     * @param member its file in the package
     * @param reason {@code failed}, {@code late} or {@code resting}
     */
    public void memberLeftOut(String ensemble, String member, String reason) {
        registry.counter("tiergate.ensemble.members.left.out", "ensemble", ensemble, "member", member, "reason", reason)
                .increment();
    }

    public void membersDisagreed(Disagreement opinions) {
        disagreement.record(opinions.mutualInformation());
    }

    /** Samples that wait for a person, as of the last look at the database. */
    public void reviewPending(long samples) {
        reviewPending.set(samples);
    }

    /**
     * @param outcome {@code final}, {@code parked}, {@code rejected} or {@code duplicate}
     */
    public void escalations(String outcome, int count) {
        registry.counter("tiergate.escalations", "outcome", outcome).increment(count);
    }

    /**
     * One label that was put into the retraining queue.
     *
     * @param source {@code ensemble}, {@code application} or {@code human}
     */
    public void verdict(String source, boolean agreesWithEdge) {
        registry.counter("tiergate.verdicts", "source", source, "agrees", Boolean.toString(agreesWithEdge))
                .increment();
    }

    /**
     * @param reason from a small closed set
     */
    public void deadLetter(String reason) {
        registry.counter("tiergate.dead.letters", "reason", reason).increment();
    }
}
