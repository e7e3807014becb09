package io.tiergate.edge.verdict;

import com.google.protobuf.InvalidProtocolBufferException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.tiergate.edge.escalation.AskingAgain;
import io.tiergate.edge.escalation.EscalationState;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.LedgerCounts;
import io.tiergate.edge.escalation.VerdictEffect;
import io.tiergate.edge.link.Channels;
import io.tiergate.edge.verdict.InboxCounter.Ignored;
import io.tiergate.proto.v1.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
    private final String site;
    private final VerdictNews news;
    private final AskingAgain asking;
    private final InboxCounter counter;

    /**
     * @param site this gateway's; it only tells what kind of verdict is ignored
     * @param asking what to do where verdicts were deleted before they were read
     */
    public VerdictInbox(
            Ledger ledger, String topic, String site, VerdictNews news, AskingAgain asking, InboxCounter counter) {
        this.ledger = ledger;
        this.topic = topic;
        this.site = site;
        this.news = news;
        this.asking = asking;
        this.counter = counter;
    }

    /**
     * Starts to read where the ledger left off; a channel that fails is opened anew, from where the ledger then is.
     *
     * @param partition where new escalations have their answers sent; a partition that older ones named is read too
     */
    public void start(Channels link, int partition) {
        ledger.awaitedPartitions()
                .onFailure()
                .invoke(failure ->
                        LOG.warnf("Ledger cannot be asked for its verdicts, trying again: %s", failure.getMessage()))
                .onFailure()
                .retry()
                .withBackOff(SHORTEST_PAUSE, LONGEST_PAUSE)
                .indefinitely()
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
                .deferred(() -> firstOffset(link, partition)
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

    private Uni<Long> firstOffset(Channels link, int partition) {
        return ledger.nextOffset(topic, partition)
                .chain(next -> link.extent(topic, partition).chain(extent -> {
                    long from = next.orElse(0);
                    boolean missed = !extent.holds(from) && (next.isPresent() || awaitsAnswers());
                    return missed
                            ? askAgain(partition, from, extent)
                            : Uni.createFrom().item(next.orElse(extent.first()));
                }));
    }

    /** Of these some may have had theirs before a repair lost the offset; a new gateway has none. */
    private boolean awaitsAnswers() {
        LedgerCounts counts = ledger.counts();
        return counts.in(EscalationState.SENT) + counts.in(EscalationState.PARKED) > 0;
    }

    /**
     * The topic's retention has run over a gateway that was away, or the topic was made anew. The offset is stored last, so that what dies
     * halfway is done again.
     */
    private Uni<Long> askAgain(int partition, long next, Channels.Extent extent) {
        LOG.warnf(
                "Verdicts were deleted before they were read, asking again for all that waits: partition=%d next=%d first=%d end=%d",
                partition, next, extent.first(), extent.end());
        counter.overrun();
        return asking.everythingOn(partition)
                .chain(() -> ledger.take(List.of(), topic, partition, extent.first()))
                .onFailure()
                .invoke(failure -> LOG.warnf("Asking again is put off: %s", failure.getMessage()))
                .onFailure()
                .retry()
                .withBackOff(SHORTEST_PAUSE, LONGEST_PAUSE)
                .indefinitely()
                .replaceWith(extent.first());
    }

    private Uni<Void> apply(ConsumerRecords<String, byte[]> records) {
        List<Uni<Void>> partitions = new ArrayList<>();
        for (TopicPartition partition : records.partitions()) {
            partitions.add(apply(partition, records.records(partition)));
        }
        return partitions.isEmpty()
                ? Uni.createFrom().voidItem()
                : Uni.join().all(partitions).andFailFast().replaceWithVoid();
    }

    private Uni<Void> apply(TopicPartition partition, List<ConsumerRecord<String, byte[]>> batch) {
        List<Verdict> verdicts =
                batch.stream().flatMap(record -> decode(record).stream()).toList();
        long nextOffset = batch.get(batch.size() - 1).offset() + 1;
        return ledger.take(verdicts, partition.topic(), partition.partition(), nextOffset)
                .onFailure()
                .invoke(failure -> LOG.warnf("Verdicts cannot be stored, trying again: %s", failure.getMessage()))
                // Never given up: going on without them would skip them for good.
                .onFailure()
                .retry()
                .withBackOff(SHORTEST_PAUSE, LONGEST_PAUSE)
                .indefinitely()
                .invoke(effects -> tell(effects, batch.size() - verdicts.size()))
                .replaceWithVoid();
    }

    private void tell(List<VerdictEffect> effects, int undecodable) {
        Map<Ignored, Integer> ignored = new EnumMap<>(Ignored.class);
        if (undecodable > 0) {
            ignored.put(Ignored.UNDECODABLE, undecodable);
        }
        for (VerdictEffect effect : effects) {
            switch (effect) {
                case VerdictEffect.Applied applied -> news.announce(applied.verdict());
                case VerdictEffect.NothingNew copy -> ignored.merge(Ignored.NOTHING_NEW, 1, Integer::sum);
                case VerdictEffect.Unknown unknown ->
                    ignored.merge(
                            unknown.verdict().getSite().equals(site) ? Ignored.UNKNOWN : Ignored.FOREIGN,
                            1,
                            Integer::sum);
            }
        }
        ignored.forEach(counter::ignored);
    }

    private static Optional<Verdict> decode(ConsumerRecord<String, byte[]> record) {
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
