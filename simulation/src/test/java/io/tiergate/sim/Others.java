package io.tiergate.sim;

import io.tiergate.cloud.review.SimulatedDatabase;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import io.tiergate.sim.SimulatedKafka.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Who else writes verdicts: people, who decide what is parked and change their minds, and strangers. */
final class Others {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(7);
    private static final int ENSEMBLE = 10;
    private static final int HUMAN = 30;

    private final VirtualTime time;
    private final Chance chance;
    private final SimulatedKafka kafka;
    private final SimulatedDatabase database;
    private final Audit audit;
    private final Set<UUID> decided = new HashSet<>();

    Others(VirtualTime time, Chance chance, SimulatedKafka kafka, SimulatedDatabase database, Audit audit) {
        this.time = time;
        this.chance = chance;
        this.kafka = kafka;
        this.database = database;
        this.audit = audit;
    }

    void start(Duration end) {
        if (time.nanos() < end.toNanos()) {
            time.after(time.world(), BETWEEN_LOOKS.toNanos(), () -> {
                review();
                start(end);
            });
        }
    }

    private void review() {
        for (UUID id : database.waiting()) {
            if (!decided.contains(id) && chance.happens(0.3)) {
                decided.add(id);
                if (chance.happens(0.2)) {
                    // Decided twice, and what was decided later arrives first.
                    write(Writer.PERSON, verdict(id.toString(), "c", HUMAN, 1).toByteArray(), partition(id.toString()));
                }
                write(Writer.PERSON, verdict(id.toString(), "a", HUMAN, 0).toByteArray(), partition(id.toString()));
            }
        }
    }

    /** Something that nobody here has asked for. */
    void write() {
        List<String> known = audit.shown();
        int kind = chance.between(0, 4);
        if (kind == 0 || known.isEmpty()) {
            write(
                    Writer.STRANGER,
                    verdict(SimulatedSamples.id(chance), "a", HUMAN, 0).toByteArray(),
                    anyPartition());
        } else if (kind == 1) {
            write(Writer.STRANGER, new byte[] {(byte) 0xff, 1, 2}, anyPartition());
        } else {
            String id = chance.of(known);
            int rank = chance.of(List.of(ENSEMBLE, HUMAN));
            write(Writer.STRANGER, verdict(id, "b", rank, chance.between(0, 2)).toByteArray(), partition(id));
        }
    }

    private int partition(String id) {
        return audit.sample(id).map(sample -> sample.getReplyPartition()).orElse(0);
    }

    private int anyPartition() {
        return chance.between(0, 1);
    }

    private void write(Writer writer, byte[] value, int partition) {
        kafka.append(
                writer,
                Names.topic("verdicts"),
                partition,
                Names.SITE.getBytes(StandardCharsets.UTF_8),
                value,
                new RecordHeaders());
    }

    private static Verdict verdict(String id, String label, int rank, int revision) {
        return Verdict.newBuilder()
                .setEscalationId(id)
                .setTenant(Names.TENANT)
                .setFinal(Verdict.Final.newBuilder()
                        .setLabel(label)
                        .setRank(rank)
                        .setRevision(revision)
                        .setSource(
                                rank == HUMAN
                                        ? VerdictSource.VERDICT_SOURCE_HUMAN
                                        : VerdictSource.VERDICT_SOURCE_ENSEMBLE))
                .build();
    }
}
