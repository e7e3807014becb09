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

    @Test
    void givesWhatWaitsBehindAPlaceInOrder() {
        RecentSamples recent = new RecentSamples(1000, 5);
        for (int i = 6; i <= 9; i++) {
            recent.promised(waiting(i, 10));
        }
        recent.settled(7);
        assertThat(places(recent.after(5, 10).orElseThrow())).containsExactly(6L, 8L, 9L);
        assertThat(places(recent.after(6, 1).orElseThrow())).containsExactly(8L);
        assertThat(recent.after(9, 10).orElseThrow()).isEmpty();
    }

    @Test
    void doesNotClaimToKnowWhatIsOnDiskAlone() {
        RecentSamples recent = new RecentSamples(1000, 5);
        recent.promised(waiting(6, 10));
        assertThat(recent.after(4, 10)).isEmpty();
    }

    @Test
    void aPageEndsWithWhatReachesTheLimitInBytes() {
        RecentSamples recent = new RecentSamples(1 << 30, 0);
        int half = (int) (LedgerReader.LARGEST_PAGE_BYTES / 2);
        recent.promised(waiting(1, half));
        recent.promised(waiting(2, half - 1));
        recent.promised(waiting(3, half));
        recent.promised(waiting(4, half));
        assertThat(places(recent.after(0, 10).orElseThrow())).containsExactly(1L, 2L, 3L);
        assertThat(places(recent.after(2, 10).orElseThrow())).containsExactly(3L, 4L);
        recent.promised(waiting(5, half));
        assertThat(places(recent.after(2, 10).orElseThrow())).as("just reached").containsExactly(3L, 4L);
    }

    @Test
    void keepsTheNewestThatFit() {
        RecentSamples recent = new RecentSamples(100, 0);
        for (int i = 1; i <= 5; i++) {
            recent.promised(waiting(i, 40));
        }
        assertThat(recent.after(2, 10)).isEmpty();
        assertThat(places(recent.after(3, 10).orElseThrow())).containsExactly(4L, 5L);
        recent.settled(4);
        recent.promised(waiting(6, 40));
        assertThat(places(recent.after(3, 10).orElseThrow())).containsExactly(5L, 6L);
        recent.promised(waiting(7, 101));
        assertThat(recent.after(6, 10)).as("larger than all the room").isEmpty();
        assertThat(recent.after(7, 10).orElseThrow()).isEmpty();
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
                var start = new RelayWindow.Start(0, random.nextInt(ids.size() + 1), 0);
                assertThat(ledger.pendingAfter(start, 7).await().indefinitely())
                        .as("step %d, from %s", step, start)
                        .isEqualTo(disk.pendingAfter(start, 7));
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
        for (PendingRecord record :
                ledger.pendingAfter(RelayWindow.Start.OLDEST, 100).await().indefinitely()) {
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
