package io.tiergate.cloud.intake;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceConfig;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.cloud.SimulatedService;
import io.tiergate.cloud.adjudication.EnsembleRunner;
import io.tiergate.cloud.adjudication.Ensembles;
import io.tiergate.cloud.adjudication.VerdictFactory;
import io.tiergate.cloud.publication.RecordFactory;
import io.tiergate.cloud.publication.TransactionalPublisher;
import io.tiergate.cloud.review.SimulatedDatabase;
import io.tiergate.cloud.telemetry.CloudMetrics;
import io.tiergate.sim.Names;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The way of a batch through one replica, as the service puts it together. */
public final class SimulatedIntake {
    private final BatchProcessor processor;

    /**
     * @param verdictPartitions of the verdicts topic
     */
    public SimulatedIntake(
            Ensembles ensembles,
            EnsembleRunner runner,
            VerdictFactory verdicts,
            SimulatedDatabase database,
            SimulatedDatabase.Access access,
            TransactionalPublisher publisher,
            CloudMetrics metrics,
            int largestBytes,
            int verdictPartitions) {
        ServiceConfig config = SimulatedService.config();
        ServiceIdentity identity = SimulatedService.identity();
        Adjudicator adjudicator = new Adjudicator(runner, verdicts);
        Broker broker = new Broker(config, null, null, identity) {
            @Override
            int verdictPartitions() {
                return verdictPartitions;
            }

            @Override
            Uni<Integer> refreshVerdictPartitions() {
                return Uni.createFrom().item(verdictPartitions);
            }
        };
        this.processor = new BatchProcessor(
                broker,
                new SampleReader(ensembles, Names.TENANT, largestBytes, largestBytes),
                // No simulated sample claims a payload from a store.
                null,
                adjudicator,
                new FindingStore(database.answers(identity, access), adjudicator),
                database.reports(identity, access),
                new RecordFactory(Names.TENANT),
                publisher,
                metrics);
    }

    /** Answers a batch that was read in a generation of the consumer group. */
    public Uni<Void> process(List<ConsumerRecord<byte[], byte[]>> records, int generation) {
        return processor.process(new EscalationBatch(records, generation));
    }
}
