package io.tiergate.edge.escalation;

import static io.tiergate.edge.escalation.Ledgers.config;
import static io.tiergate.edge.escalation.Ledgers.sample;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.tiergate.ledger.LedgerFolder;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecentSamplesTest {
    @TempDir
    Path folder;

    private static PendingRecord.Sample waiting(long sequence, int bytes) {
        return new PendingRecord.Sample(sequence, "e" + sequence, 1, ByteString.copyFrom(new byte[bytes]));
    }

    private static List<Long> places(List<PendingRecord> records) {
        return records.stream().map(record -> record.place().number()).toList();
    }

    private static PageRequest without(int records, Long... taken) {
        return new PageRequest(
                records,
                LedgerReader.LARGEST_PAGE_BYTES,
                0,
                place -> List.of(taken).contains(place.number()),
                taken.length);
    }

    @Test
    void givesTheMostValuableFirstAndOfThoseTheOldest() {
        RecentSamples recent = new RecentSamples(1000, 0);
        recent.promised(waiting(6, 10), 0.2);
        recent.promised(waiting(7, 10), 0.9);
        recent.promised(waiting(8, 10), 0.5);
        recent.promised(waiting(9, 10), 0.9);
        recent.settled(8);
        assertThat(places(recent.page(without(10)).orElseThrow())).containsExactly(7L, 9L, 6L);
        assertThat(places(recent.page(without(1, 7L)).orElseThrow())).containsExactly(9L);
        recent.settled(6);
        recent.settled(7);
        recent.settled(9);
        assertThat(recent.page(without(10)).orElseThrow()).isEmpty();
    }

    @Test
    void doesNotClaimToKnowWhatIsOnDiskAlone() {
        RecentSamples recent = new RecentSamples(1000, 1);
        recent.promised(waiting(6, 10), 0.5);
        assertThat(recent.page(without(10))).isEmpty();
        recent.settled(5);
        assertThat(recent.page(without(10)).orElseThrow()).hasSize(1);
        recent.waitsAgain();
        assertThat(recent.page(without(10))).isEmpty();
    }

    @Test
    void aPageEndsWithWhatReachesTheLimitInBytes() {
        RecentSamples recent = new RecentSamples(1 << 30, 0);
        int half = (int) (LedgerReader.LARGEST_PAGE_BYTES / 2);
        recent.promised(waiting(1, half), 0.5);
        recent.promised(waiting(2, half - 1), 0.5);
        recent.promised(waiting(3, half), 0.5);
        recent.promised(waiting(4, half), 0.5);
        assertThat(places(recent.page(without(10)).orElseThrow())).containsExactly(1L, 2L, 3L);
        assertThat(places(recent.page(without(10, 1L, 2L)).orElseThrow())).containsExactly(3L, 4L);
        recent.promised(waiting(5, half), 0.5);
        assertThat(places(recent.page(without(10, 1L, 2L)).orElseThrow()))
                .as("just reached")
                .containsExactly(3L, 4L);
    }

    @Test
    void keepsTheNewestThatFit() {
        RecentSamples recent = new RecentSamples(100, 0);
        for (int i = 1; i <= 3; i++) {
            recent.promised(waiting(i, 40), 0.5);
        }
        assertThat(recent.page(without(10))).isEmpty();
        recent.settled(1);
        assertThat(places(recent.page(without(10)).orElseThrow())).containsExactly(2L, 3L);
        recent.promised(waiting(4, 101), 0.5);
        assertThat(recent.page(without(10))).as("larger than all the room").isEmpty();
        recent.settled(2);
        recent.settled(3);
        recent.settled(4);
        assertThat(recent.page(without(10)).orElseThrow()).isEmpty();
    }

    /** Whatever is done to a ledger, what it says from memory is what is on its disk. */
    @Test
    void theLedgerSaysFromMemoryWhatIsOnItsDisk() throws Exception {
        Random random = new Random(5);
        List<String> ids = new ArrayList<>();
        try (Ledger ledger = Ledger.open(folder, config(1 << 30, 64));
                LedgerReader disk = new LedgerReader(
                        new LedgerDatabase(new LedgerFolder(folder), OutboxConfig.Sync.FULL).openForReading())) {
            for (int step = 0; step < 300; step++) {
                change(ledger, ids, random);
                long taken = random.nextInt(ids.size() + 1);
                PageRequest request = new PageRequest(
                        7, LedgerReader.LARGEST_PAGE_BYTES, random.nextInt(4), place -> place.number() == taken, 2);
                assertThat(ledger.pending(request).await().indefinitely())
                        .as("step %d, without %d", step, taken)
                        .isEqualTo(disk.pending(request, new LargeSamples()));
            }
        }
    }

    private static void change(Ledger ledger, List<String> ids, Random random) {
        String known = ids.isEmpty() ? "" : ids.get(random.nextInt(ids.size()));
        // Labels are rare and soon sent: as long as one waits, nothing is said from memory.
        switch (random.nextInt(20)) {
            case 0 ->
                ledger.report(known, "a", Timestamp.getDefaultInstance(), applied -> {})
                        .await()
                        .indefinitely();
            case 1, 2, 3, 4 -> labelsSent(ledger);
            case 5, 6, 7, 8 ->
                ledger.sent(new PendingRecord.Place(false, 1 + random.nextInt(ids.size() + 1)))
                        .await()
                        .indefinitely();
            case 9, 10, 11, 12 ->
                ledger.apply(List.of(verdict(known)), "verdicts", 0, random.nextInt(100))
                        .await()
                        .indefinitely();
            default -> {
                NewEscalation fresh = sample(Purpose.PURPOSE_ESCALATED, random.nextInt(200));
                ids.add(fresh.id());
                ledger.promise(List.of(fresh)).await().indefinitely();
            }
        }
    }

    private static void labelsSent(Ledger ledger) {
        for (PendingRecord record : ledger.pending(PageRequest.of(100)).await().indefinitely()) {
            if (record.place().label()) {
                ledger.sent(record.place()).await().indefinitely();
            }
        }
    }

    private static Verdict verdict(String id) {
        return Verdict.newBuilder()
                .setEscalationId(id)
                .setFinal(Verdict.Final.newBuilder()
                        .setLabel("b")
                        .setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE)
                        .setRank(10))
                .build();
    }
}
