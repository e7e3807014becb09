package io.tiergate.edge.escalation;

import static io.tiergate.edge.escalation.Ledgers.config;
import static io.tiergate.edge.escalation.Ledgers.sample;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpiryTest {
    private static final Duration TTL = Duration.ofHours(1);

    @TempDir
    Path folder;

    private Ledger ledger;
    private long nanos = 17;
    private long wallMillis = 1_000;
    private long offset;

    @BeforeEach
    void open() throws IOException {
        ledger = Ledger.open(
                folder, config(100_000_000, 4096, TTL), new RunningTime.Clocks(() -> nanos, () -> wallMillis));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void whatWaitsToBeSentOrForItsVerdictExpiresAfterItsTimeAndNoEarlier() {
        NewEscalation pending = promise(Purpose.PURPOSE_ESCALATED);
        NewEscalation audit = promise(Purpose.PURPOSE_AUDITED);
        NewEscalation sent = promise(Purpose.PURPOSE_ESCALATED);
        ledger.sent(new PendingRecord.Place(false, 3)).await().indefinitely();
        pass(TTL.minusMillis(1));
        assertThat(ledger.counts().in(EscalationState.EXPIRED)).isZero();
        NewEscalation later = promise(Purpose.PURPOSE_ESCALATED);
        pass(Duration.ofMillis(1));
        for (NewEscalation each : List.of(pending, audit, sent)) {
            assertThat(find(each).state()).isEqualTo(EscalationState.EXPIRED);
            assertThat(find(each).reason()).isEqualTo("ttl");
        }
        assertThat(find(later).state()).isEqualTo(EscalationState.PENDING);
        assertThat(ledger.counts().outboxBytes()).as("payloads are dropped").isEqualTo(later.sizeBytes());
        assertThat(ledger.pending(PageRequest.of(10)).await().indefinitely())
                .extracting(PendingRecord::id)
                .containsExactly(later.id());
        assertBalance(3, 1);
    }

    @Test
    void whatAPersonIsToDecideDoesNotExpire() {
        NewEscalation parked = promise(Purpose.PURPOSE_ESCALATED);
        apply(Verdict.newBuilder()
                .setEscalationId(parked.id())
                .setParked(Verdict.Parked.newBuilder().setReason("unsure")));
        pass(TTL.multipliedBy(10));
        assertThat(find(parked).state()).isEqualTo(EscalationState.PARKED);
    }

    @Test
    void aVerdictThatComesTooLateCountsAllTheSame() {
        NewEscalation escalation = promise(Purpose.PURPOSE_ESCALATED);
        pass(TTL);
        assertThat(apply(Verdict.newBuilder()
                        .setEscalationId(escalation.id())
                        .setParked(Verdict.Parked.getDefaultInstance())))
                .as("a promise to decide is no verdict")
                .isEmpty();
        assertThat(apply(Verdict.newBuilder()
                        .setEscalationId(escalation.id())
                        .setFinal(Verdict.Final.newBuilder()
                                .setLabel("b")
                                .setRank(10)
                                .setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE))))
                .hasSize(1);
        assertThat(find(escalation).state()).isEqualTo(EscalationState.VERDICT);
        assertThat(ledger.counts().in(EscalationState.EXPIRED)).isZero();
        assertBalance(1, 0);
        LedgerCounts counts = ledger.counts();
        reopen();
        assertThat(ledger.counts()).isEqualTo(counts);
    }

    @Test
    void noJumpOfTheWallClockExpiresAnythingOrHoldsItUp() {
        NewEscalation escalation = promise(Purpose.PURPOSE_ESCALATED);
        wallMillis += Duration.ofDays(20_000).toMillis();
        ledger.keepHouse().join();
        assertThat(find(escalation).state()).isEqualTo(EscalationState.PENDING);
        wallMillis = 0;
        pass(TTL);
        assertThat(find(escalation).state()).isEqualTo(EscalationState.EXPIRED);
    }

    @Test
    void onlyTimeInWhichAGatewayRunsCountsAndItCountsOverRestarts() {
        NewEscalation escalation = promise(Purpose.PURPOSE_ESCALATED);
        pass(TTL.minusMinutes(1));
        ledger.close();
        nanos = -5_000_000_000L;
        wallMillis += Duration.ofDays(30).toMillis();
        reopen();
        ledger.keepHouse().join();
        assertThat(find(escalation).state()).isEqualTo(EscalationState.PENDING);
        pass(Duration.ofMinutes(1));
        assertThat(find(escalation).state()).isEqualTo(EscalationState.EXPIRED);
    }

    @Test
    void manyExpireInManyTransactionsAndWatchersHearOfAll() {
        List<String> heard = new CopyOnWriteArrayList<>();
        ledger.onEvent(heard::addAll);
        List<NewEscalation> escalations = java.util.stream.Stream.generate(() -> sample(Purpose.PURPOSE_ESCALATED, 10))
                .limit(1000)
                .toList();
        ledger.promise(escalations).await().indefinitely();
        pass(TTL);
        assertThat(heard)
                .containsExactlyElementsOf(
                        escalations.stream().map(NewEscalation::id).toList());
        assertThat(ledger.eventsAfter(0, 2000).await().indefinitely().events())
                .hasSize(1000)
                .allSatisfy(event -> assertThat(event.escalation().state()).isEqualTo(EscalationState.EXPIRED));
        assertBalance(1000, 0);
    }

    @Test
    void aJumpOfMoreThanAnHourIsNoticedOnce() {
        RunningTime running = new RunningTime(0, new RunningTime.Clocks(() -> nanos, () -> wallMillis));
        wallMillis += Duration.ofHours(1).toMillis();
        assertThat(running.noticeJump()).as("an hour is none").isFalse();
        wallMillis += Duration.ofHours(1).toMillis() + 1;
        assertThat(running.noticeJump()).isTrue();
        assertThat(running.noticeJump()).isFalse();
        wallMillis -= Duration.ofHours(2).toMillis();
        assertThat(running.noticeJump()).as("back").isTrue();
        wallMillis += Duration.ofDays(1).toMillis();
        nanos += Duration.ofDays(1).toNanos();
        assertThat(running.noticeJump()).as("time has passed").isFalse();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        wallMillis += time.toMillis();
        ledger.keepHouse().join();
    }

    private void reopen() {
        ledger.close();
        try {
            open();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private NewEscalation promise(Purpose purpose) {
        NewEscalation escalation = sample(purpose, 10);
        ledger.promise(List.of(escalation)).await().indefinitely();
        return escalation;
    }

    private List<AppliedVerdict> apply(Verdict.Builder verdict) {
        return ledger.apply(List.of(verdict.build()), "verdicts", 0, ++offset)
                .await()
                .indefinitely();
    }

    private EscalationRow find(NewEscalation escalation) {
        return ledger.find(escalation.id()).await().indefinitely().orElseThrow();
    }

    private void assertBalance(long escalated, long audited) {
        LedgerCounts counts = ledger.counts();
        assertThat(counts.escalated()).isEqualTo(escalated);
        assertThat(counts.audited()).isEqualTo(audited);
        assertThat(counts.byState().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(counts.promised());
    }
}
