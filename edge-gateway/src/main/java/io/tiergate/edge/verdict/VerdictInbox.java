package io.tiergate.edge.verdict;

import com.google.protobuf.InvalidProtocolBufferException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.link.Channels;
import io.tiergate.proto.v1.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Reads this edge's partition of the verdicts topic into the ledger. The offset is stored with the verdicts, in one transaction,
 * so each is applied once, whatever dies in between.
 */
public final class VerdictInbox {
    private static final Logger LOG = Logger.getLogger(VerdictInbox.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Ledger ledger;
    private final String topic;
    private final VerdictNews news;

    public VerdictInbox(Ledger ledger, String topic, VerdictNews news) {
        this.ledger = ledger;
        this.topic = topic;
        this.news = news;
    }

    /**
     * Starts to read where the ledger left off; a channel that fails is opened anew, from where the ledger then is.
     *
     * @param partition where new escalations have their answers sent; a partition that older ones named is read too
     */
    public void start(Channels link, int partition) {
        ledger.awaitedPartitions()
                .subscribe()
                .with(
                        awaited -> {
                            Set<Integer> partitions = new TreeSet<>(awaited);
                            partitions.add(partition);
                            partitions.forEach(each -> read(link, each));
                        },
                        failure -> LOG.error("Verdicts are not read: the ledger cannot be asked", failure));
    }

    private void read(Channels link, int partition) {
        Multi.createFrom()
                .deferred(() -> ledger.nextOffset(topic, partition)
                        .onItem()
                        .transformToMulti(offset -> link.receive(topic, partition, offset)))
                .onItem()
                .transformToUniAndConcatenate(this::apply)
                .onFailure()
                .invoke(failure -> LOG.warnf("Verdicts cannot be read, trying again: %s", failure.getMessage()))
                .onFailure()
                .retry()
                .withBackOff(SHORTEST_PAUSE, LONGEST_PAUSE)
                .indefinitely()
                .subscribe()
                .with(nothing -> {}, failure -> LOG.error("Verdicts are not read any more", failure));
    }

    private Uni<Void> apply(ConsumerRecords<String, byte[]> records) {
        List<Uni<Void>> partitions = new ArrayList<>();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<String, byte[]>> batch = records.records(partition);
            List<Verdict> verdicts =
                    batch.stream().flatMap(record -> decode(record).stream()).toList();
            long nextOffset = batch.get(batch.size() - 1).offset() + 1;
            partitions.add(ledger.apply(verdicts, partition.topic(), partition.partition(), nextOffset)
                    .onFailure()
                    .invoke(failure -> LOG.warnf("Verdicts cannot be stored, trying again: %s", failure.getMessage()))
                    // Never given up: going on without them would skip them for good.
                    .onFailure()
                    .retry()
                    .withBackOff(SHORTEST_PAUSE, LONGEST_PAUSE)
                    .indefinitely()
                    .invoke(changed -> changed.forEach(news::announce))
                    .replaceWithVoid());
        }
        return partitions.isEmpty()
                ? Uni.createFrom().voidItem()
                : Uni.join().all(partitions).andFailFast().replaceWithVoid();
    }

    private Optional<Verdict> decode(ConsumerRecord<String, byte[]> record) {
        try {
            // Whose site it names does not matter: a site may have been renamed since, and the ledger knows its own
            // ids.
            return Optional.of(Verdict.parseFrom(record.value() == null ? new byte[0] : record.value()));
        } catch (InvalidProtocolBufferException e) {
            LOG.warnf(
                    "Verdict cannot be read: partition=%d offset=%d reason=%s",
                    record.partition(), record.offset(), e.getMessage());
            return Optional.empty();
        }
    }
}
