package io.tiergate.sim;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.adjudication.EnsembleRunner;
import io.tiergate.cloud.adjudication.Ensembles;
import io.tiergate.cloud.adjudication.SimulatedEnsembles;
import io.tiergate.cloud.intake.SimulatedIntake;
import io.tiergate.cloud.publication.SimulatedPublisher;
import io.tiergate.cloud.publication.TransactionalPublisher;
import io.tiergate.cloud.review.SimulatedDatabase;
import io.tiergate.cloud.telemetry.CloudMetrics;
import io.tiergate.sim.Conditions.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** One start of one replica of the cloud service: its consumer's side simulated, the rest as it is in production. */
final class SimulatedCloud {
    /** One is being answered, one is read ahead. */
    private static final int POLLED_AHEAD = 2;

    private static final Duration LONGEST_NOTICE = Duration.ofSeconds(4);
    private static final Duration DATABASE_PAUSE = Duration.ofSeconds(1);

    private record Batch(List<ConsumerRecord<byte[], byte[]>> records, int generation) {}

    private final String member;
    private final VirtualTime time;
    private final Chance chance;
    private final Conditions conditions;
    private final SimulatedKafka kafka;
    private final VirtualTime.Owner process;
    private final SimulatedProducer producer;
    private final SimulatedIntake intake;
    private final Runnable ended;
    private final Map<Integer, Long> positions = new HashMap<>();
    private final Queue<Batch> polled = new ArrayDeque<>();
    /** What its consumer knows, which may be what was true some time ago. */
    private int generation = -1;

    private int noticed = -1;
    private boolean answering;
    private boolean polling;

    /**
     * @param ended told when the service would end its process by itself
     */
    SimulatedCloud(
            String member,
            VirtualTime time,
            Chance chance,
            Conditions conditions,
            SimulatedKafka kafka,
            SimulatedDatabase database,
            Ensembles ensembles,
            int verdictPartitions,
            Runnable ended) {
        this.member = member;
        this.time = time;
        this.chance = chance;
        this.conditions = conditions;
        this.kafka = kafka;
        this.process = new VirtualTime.Owner(member);
        this.producer = new SimulatedProducer(member, process, conditions, kafka);
        this.ended = ended;
        CloudMetrics metrics = new CloudMetrics(new SimpleMeterRegistry());
        EnsembleRunner runner = SimulatedEnsembles.runner(metrics);
        TransactionalPublisher publisher = SimulatedPublisher.of(this::group, producer.client(), this::later);
        this.intake = new SimulatedIntake(
                ensembles,
                runner,
                SimulatedEnsembles.verdicts(() -> Instant.ofEpochSecond(1_700_000_000L, time.nanos())),
                database,
                new Access(),
                publisher,
                metrics,
                World.LARGEST_RECORD_BYTES,
                verdictPartitions);
    }

    VirtualTime.Owner process() {
        return process;
    }

    void start() {
        time.as(process, () -> time.watch(this::look));
    }

    /** The broker takes it for one that has been replaced. */
    void fence() {
        producer.fence();
    }

    private ConsumerGroupMetadata group() {
        return new ConsumerGroupMetadata("cloud", generation, member, Optional.of(member));
    }

    private Uni<?> later(Uni<?> answer) {
        return Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .by(Duration.ofNanos(1 + conditions.linkNanos()))
                .chain(() -> answer);
    }

    private void look() {
        if (noticed != kafka.generation()) {
            noticed = kafka.generation();
            int now = noticed;
            time.after(chance.upTo(LONGEST_NOTICE), () -> rebalanced(now));
        }
        if (!polling && polled.size() < POLLED_AHEAD && hasMore()) {
            polling = true;
            time.after(conditions.linkNanos(), this::poll);
        }
    }

    private void rebalanced(int now) {
        if (now != kafka.generation()) {
            return;
        }
        generation = now;
        positions.clear();
        kafka.assignment(member).forEach(partition -> positions.put(partition, kafka.committed(partition)));
    }

    private boolean hasMore() {
        return positions.entrySet().stream()
                .anyMatch(each -> each.getValue() < log(each.getKey()).end());
    }

    private SimulatedKafka.Log log(int partition) {
        return kafka.log(Names.topic("escalations"), partition);
    }

    private void poll() {
        polling = false;
        if (conditions.holds(Trouble.BROKER_REFUSES)) {
            polling = true;
            time.after(DATABASE_PAUSE.toNanos(), this::poll);
            return;
        }
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        int most = chance.between(1, 24);
        for (Map.Entry<Integer, Long> each : positions.entrySet()) {
            SimulatedKafka.Log log = log(each.getKey());
            long position = Math.max(each.getValue(), log.start());
            for (; position < log.end() && records.size() < most; position++) {
                records.add(log.record(position));
            }
            each.setValue(position);
        }
        if (!records.isEmpty()) {
            polled.add(new Batch(records, generation));
            answerNext();
        }
    }

    private void answerNext() {
        Batch batch = answering ? null : polled.poll();
        if (batch != null) {
            answering = true;
            intake.process(batch.records(), batch.generation()).subscribe().with(done -> answered(), this::giveUp);
        }
    }

    private void answered() {
        answering = false;
        time.after(0, this::answerNext);
    }

    private void giveUp(Throwable failure) {
        if (!process.isDead()) {
            ended.run();
        }
    }

    private final class Access implements SimulatedDatabase.Access {
        @Override
        public <T> Uni<T> run(Supplier<T> statement) {
            return Uni.createFrom().emitter(emitter -> ask(statement, emitter::complete));
        }

        private <T> void ask(Supplier<T> statement, java.util.function.Consumer<T> answer) {
            time.after(conditions.linkNanos(), () -> {
                if (conditions.holds(Trouble.DATABASE_AWAY)) {
                    again(statement, answer);
                    return;
                }
                T result = statement.get();
                if (conditions.strikes(Trouble.DATABASE_FORGETS_TO_ANSWER, 0.5)) {
                    again(statement, answer);
                } else {
                    time.after(conditions.linkNanos(), () -> answer.accept(result));
                }
            });
        }

        private <T> void again(Supplier<T> statement, java.util.function.Consumer<T> answer) {
            time.after(chance.upTo(DATABASE_PAUSE), () -> ask(statement, answer));
        }
    }
}
