package io.tiergate.sim;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.tiergate.edge.link.Channels;
import io.tiergate.sim.Conditions.Trouble;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.eclipse.microprofile.reactive.messaging.Message;

/** One edge's way to the broker: a link that delays, loses and is cut, and a broker that refuses, repeats and forgets to answer. */
final class SimulatedChannels implements Channels {
    private static final long DELIVERY_TIMEOUT_NANOS = Duration.ofSeconds(15).toNanos();
    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Duration LONGEST_OPENING = Duration.ofSeconds(2);

    private final VirtualTime time;
    private final Chance chance;
    private final Conditions conditions;
    private final SimulatedKafka kafka;
    private final int largestBytes;
    private final Set<Sending> sending = new HashSet<>();
    private final List<Receiving> receiving = new ArrayList<>();

    /**
     * @param largestBytes of a record's value that the broker takes
     */
    SimulatedChannels(VirtualTime time, Chance chance, Conditions conditions, SimulatedKafka kafka, int largestBytes) {
        this.time = time;
        this.chance = chance;
        this.conditions = conditions;
        this.kafka = kafka;
        this.largestBytes = largestBytes;
    }

    @Override
    public void send(String topic, int inFlight, Multi<Message<byte[]>> messages) {
        time.after(chance.upTo(LONGEST_OPENING), () -> messages.subscribe(new Sending(topic, inFlight)));
    }

    /** All channels break, as on an error that a client cannot get over. */
    void breakAll() {
        List.copyOf(sending).forEach(Sending::fail);
        List.copyOf(receiving).forEach(Receiving::fail);
    }

    private final class Sending implements Flow.Subscriber<Message<byte[]>> {
        private final String topic;
        private final int inFlight;
        private Flow.Subscription subscription;
        private int underWay;
        private boolean ended;

        Sending(String topic, int inFlight) {
            this.topic = topic;
            this.inFlight = inFlight;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            sending.add(this);
            given.request(inFlight);
        }

        @Override
        public void onNext(Message<byte[]> message) {
            underWay++;
            if (underWay > inFlight) {
                time.violated(
                        new Violation("the relay sent more than it was asked for: " + underWay + " of " + inFlight));
            }
            if (message.getPayload().length > largestBytes) {
                settle(0, message, new RecordTooLargeException(message.getPayload().length + " bytes"));
            } else if (conditions.holds(Trouble.BROKER_REFUSES)) {
                settle(conditions.linkNanos(), message, new NotEnoughReplicasException("too few replicas"));
            } else if (conditions.holds(Trouble.LINK_CUT) || conditions.strikes(Trouble.LINK_LOSES, 0.3)) {
                settle(DELIVERY_TIMEOUT_NANOS, message, new TimeoutException("not delivered in time"));
            } else {
                deliver(message);
            }
        }

        private void deliver(Message<byte[]> message) {
            boolean answerLost = conditions.strikes(Trouble.LINK_LOSES, 0.2);
            boolean twice = conditions.strikes(Trouble.BROKER_REPEATS, 0.3);
            long there = conditions.linkNanos();
            // Under way already: it arrives though its sender may be gone.
            time.after(time.world(), there, () -> {
                append(message);
                if (twice) {
                    append(message);
                }
            });
            settle(
                    answerLost ? DELIVERY_TIMEOUT_NANOS : there + conditions.linkNanos(),
                    message,
                    answerLost ? new TimeoutException("no answer in time") : null);
        }

        private void append(Message<byte[]> message) {
            OutgoingKafkaRecordMetadata<?> metadata =
                    message.getMetadata(OutgoingKafkaRecordMetadata.class).orElseThrow();
            byte[] key = ((String) metadata.getKey()).getBytes(StandardCharsets.UTF_8);
            kafka.append(SimulatedKafka.Writer.EDGE, topic, null, key, message.getPayload(), metadata.getHeaders());
        }

        private void settle(long delayNanos, Message<byte[]> message, RuntimeException refusal) {
            time.after(delayNanos, () -> {
                var told = refusal == null ? message.ack() : message.nack(refusal);
                told.thenRun(() -> {
                    underWay--;
                    if (!ended) {
                        subscription.request(1);
                    }
                });
            });
        }

        private void fail() {
            ended = true;
            sending.remove(this);
            subscription.cancel();
        }

        @Override
        public void onError(Throwable failure) {
            time.violated(new Violation("the relay's stream failed: " + failure));
        }

        @Override
        public void onComplete() {
            time.violated(new Violation("the relay's stream came to its end"));
        }
    }

    @Override
    public Uni<Extent> extent(String topic, int partition) {
        return Uni.createFrom().emitter(emitter -> ask(kafka.log(topic, partition), emitter::complete));
    }

    private void ask(SimulatedKafka.Log log, Consumer<Extent> answer) {
        time.after(conditions.linkNanos(), () -> {
            if (conditions.holds(Trouble.LINK_CUT) || conditions.strikes(Trouble.LINK_LOSES, 0.5)) {
                time.after(RETRY_NANOS, () -> ask(log, answer));
            } else {
                answer.accept(new Extent(log.start(), log.end()));
            }
        });
    }

    @Override
    public Multi<ConsumerRecords<String, byte[]>> receive(String topic, int partition, long nextOffset) {
        return Multi.createFrom()
                .publisher(subscriber -> subscriber.onSubscribe(
                        new Receiving(subscriber, kafka.log(topic, partition), topic, partition, nextOffset)));
    }

    private final class Receiving implements Flow.Subscription {
        private final Flow.Subscriber<? super ConsumerRecords<String, byte[]>> subscriber;
        private final SimulatedKafka.Log log;
        private final String topic;
        private final int partition;
        private final VirtualTime.Owner owner = time.current();
        private long position;
        private long demand;
        private boolean polling;
        private boolean ended;

        Receiving(
                Flow.Subscriber<? super ConsumerRecords<String, byte[]>> subscriber,
                SimulatedKafka.Log log,
                String topic,
                int partition,
                long position) {
            this.subscriber = subscriber;
            this.log = log;
            this.topic = topic;
            this.partition = partition;
            this.position = position;
            receiving.add(this);
            log.onAppend(this::wake);
        }

        @Override
        public void request(long more) {
            demand += more;
            wake();
        }

        @Override
        public void cancel() {
            ended = true;
            receiving.remove(this);
        }

        private void wake() {
            if (!polling && !ended && demand > 0 && position < log.end()) {
                polling = true;
                time.after(owner, conditions.linkNanos(), this::poll);
            }
        }

        private void poll() {
            polling = false;
            if (ended) {
                return;
            }
            if (conditions.holds(Trouble.LINK_CUT) || conditions.strikes(Trouble.LINK_LOSES, 0.5)) {
                polling = true;
                time.after(owner, RETRY_NANOS, this::poll);
                return;
            }
            if (position < log.start()) {
                fail();
                return;
            }
            List<ConsumerRecord<String, byte[]>> batch = new ArrayList<>();
            int most = chance.between(1, 20);
            for (; position < log.end() && batch.size() < most; position++) {
                if (!log.entries().get((int) position).marker()) {
                    ConsumerRecord<byte[], byte[]> record = log.record(position);
                    batch.add(new ConsumerRecord<>(topic, partition, position, "key", record.value()));
                }
            }
            if (!batch.isEmpty()) {
                demand--;
                subscriber.onNext(new ConsumerRecords<>(Map.of(new TopicPartition(topic, partition), batch), Map.of()));
            }
            wake();
        }

        private void fail() {
            if (!ended) {
                cancel();
                subscriber.onError(new KafkaException("the consumer is of no use any more"));
            }
        }
    }
}
