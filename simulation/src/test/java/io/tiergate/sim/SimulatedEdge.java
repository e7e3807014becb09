package io.tiergate.sim;

import io.tiergate.edge.escalation.AskingAgain;
import io.tiergate.edge.escalation.DiskFaults;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.Relay;
import io.tiergate.edge.escalation.SimulatedDisk;
import io.tiergate.edge.escalation.SimulatedLedger;
import io.tiergate.edge.verdict.InboxCounter;
import io.tiergate.edge.verdict.VerdictInbox;
import io.tiergate.edge.verdict.VerdictNews;
import io.tiergate.edge.verdict.VerdictWaiters;
import io.tiergate.sim.Conditions.Trouble;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** One start of the edge: ledger, relay and inbox as in production, on a simulated disk and a simulated link. */
final class SimulatedEdge implements DiskFaults {
    private static final Duration SLOWEST_WRITE = Duration.ofMillis(4);
    private static final Duration SLOWEST_WRITE_OF_A_SLOW_DISK = Duration.ofSeconds(5);

    private final VirtualTime time;
    private final Chance chance;
    private final Conditions conditions;
    private final VirtualTime.Owner process;
    private final SimulatedChannels channels;
    private final int partition;
    private Ledger ledger;
    private Relay relay;
    private AskingAgain asking;

    private static final class Uncounted implements InboxCounter {
        @Override
        public void ignored(Ignored reason, int count) {
            // Nothing is promised of it.
        }

        @Override
        public void overrun() {
            // Seen by what becomes of the escalations.
        }
    }

    /**
     * @param partition of the verdicts topic, on which new escalations have their answers sent
     */
    SimulatedEdge(
            VirtualTime time, Chance chance, Conditions conditions, SimulatedKafka kafka, int start, int partition) {
        this.time = time;
        this.chance = chance;
        this.conditions = conditions;
        this.process = new VirtualTime.Owner("edge-" + start);
        this.channels = new SimulatedChannels(time, chance, conditions, kafka, World.LARGEST_RECORD_BYTES);
        this.partition = partition;
    }

    /**
     * Starts as the gateway does.
     *
     * @throws SQLException if its disk refuses: the process ends, then
     */
    void start(SimulatedDisk disk, Plan plan, LongSupplier wallMillis) throws SQLException, IOException {
        SimulatedLedger platform = new SimulatedLedger(time, chance, this, wallMillis, plan.memoryBytes());
        ledger = platform.open(disk, plan.outbox());
        relay = platform.relay(ledger, plan.relayBytesPerSecond());
        relay.start(channels, Names.topic("escalations"), plan.outbox().relayInFlight());
        asking = platform.asking(ledger, relay, plan.askAgainAfter());
        asking.start();
        VerdictNews news = new VerdictNews(new VerdictWaiters(), verdict -> {});
        new VerdictInbox(ledger, Names.topic("verdicts"), Names.SITE, news, asking, new Uncounted())
                .start(channels, partition);
    }

    VirtualTime.Owner process() {
        return process;
    }

    Ledger ledger() {
        return ledger;
    }

    int partition() {
        return partition;
    }

    void breakChannels() {
        channels.breakAll();
    }

    /** Stops as the gateway does. */
    void stop() {
        asking.close();
        relay.close();
        ledger.close();
        process.kill();
    }

    @Override
    public Optional<SQLException> changing() {
        if (process.isDead() || conditions.strikes(Trouble.DISK_BROKEN, 0.2)) {
            return refusal(SQLiteErrorCode.SQLITE_IOERR_WRITE);
        }
        return conditions.strikes(Trouble.DISK_FULL, 0.7) ? refusal(SQLiteErrorCode.SQLITE_FULL) : Optional.empty();
    }

    @Override
    public Optional<SQLException> asking() {
        return process.isDead() || conditions.strikes(Trouble.READING_FAILS, 0.3)
                ? refusal(SQLiteErrorCode.SQLITE_IOERR_READ)
                : Optional.empty();
    }

    @Override
    public Optional<SQLException> committing() {
        if (conditions.strikes(Trouble.EDGE_DIES_BEFORE_COMMITS, 0.1)) {
            process.kill();
        }
        if (process.isDead() || conditions.strikes(Trouble.DISK_BROKEN, 0.2)) {
            return refusal(SQLiteErrorCode.SQLITE_IOERR_FSYNC);
        }
        return conditions.strikes(Trouble.DISK_FULL, 0.3) ? refusal(SQLiteErrorCode.SQLITE_FULL) : Optional.empty();
    }

    private static Optional<SQLException> refusal(SQLiteErrorCode code) {
        return Optional.of(new SQLiteException(code.message, code));
    }

    @Override
    public boolean rollsBack() {
        return chance.happens(0.5);
    }

    @Override
    public void committed() {
        if (conditions.strikes(Trouble.EDGE_DIES_AFTER_COMMITS, 0.1)) {
            process.kill();
        }
    }

    @Override
    public long writingNanos() {
        return chance.upTo(conditions.holds(Trouble.DISK_SLOW) ? SLOWEST_WRITE_OF_A_SLOW_DISK : SLOWEST_WRITE);
    }

    @Override
    public int groupSize() {
        return chance.between(1, 64);
    }
}
