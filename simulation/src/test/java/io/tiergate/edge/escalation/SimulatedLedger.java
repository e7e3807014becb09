package io.tiergate.edge.escalation;

import io.tiergate.sim.Chance;
import io.tiergate.sim.VirtualExecutor;
import io.tiergate.sim.VirtualTime;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/** What a ledger runs on in a simulation: one thread, a virtual time, and the disk's faults. One for each start of a gateway. */
public final class SimulatedLedger implements LedgerPlatform {
    private static final Duration SLOWEST_READ = Duration.ofMillis(3);
    private static final int LARGEST_READ_QUEUE = 64;

    private final VirtualTime time;
    private final Chance chance;
    private final DiskFaults faults;
    private final LongSupplier wallMillis;
    private final long recentBytes;
    private final long uncommittedBytes;
    private boolean due;
    private boolean ended;

    /**
     * @param memoryBytes what the ledger may keep of recent samples, and of promises that wait for the disk; above 0
     */
    public SimulatedLedger(
            VirtualTime time, Chance chance, DiskFaults faults, LongSupplier wallMillis, long memoryBytes) {
        this.time = time;
        this.chance = chance;
        this.faults = faults;
        this.wallMillis = wallMillis;
        this.recentBytes = memoryBytes;
        this.uncommittedBytes = 4 * memoryBytes;
    }

    /** Opens the ledger as a gateway does. */
    public Ledger open(SimulatedDisk disk, OutboxConfig config) throws SQLException, IOException {
        Ledger ledger = Ledger.open(disk, config, this, () -> {});
        ledger.startKeepingHouse();
        return ledger;
    }

    /**
     * A relay that goes by the same clocks.
     *
     * @param mostBytesPerSecond that it sends, if there is a limit
     */
    public Relay relay(Ledger ledger, OptionalLong mostBytesPerSecond) {
        return new Relay(ledger, "simulation", new RelayPace(Optional.empty(), mostBytesPerSecond, clocks()), clocks());
    }

    /** What asks again for what that relay has sent, and got no answer. */
    public AskingAgain asking(Ledger ledger, Relay relay, Duration after) {
        return new AskingAgain(ledger, relay::state, new AskingPause(after), (reason, count) -> {});
    }

    @Override
    public RunningTime.Clocks clocks() {
        return new RunningTime.Clocks(time::nanos, wallMillis);
    }

    @Override
    public Runnable startWriting(LedgerWriter writer) {
        time.watch(() -> {
            if (!due && !ended && (writer.hasWork() || writer.isFailing())) {
                due = true;
                time.after(Math.max(faults.writingNanos(), writer.trialPauseNanos()), () -> write(writer));
            }
        });
        return () -> {
            ended = true;
            while (writer.hasWork()) {
                writer.writeWaiting(faults.groupSize());
            }
        };
    }

    private void write(LedgerWriter writer) {
        due = false;
        if (!ended) {
            writer.writeWaiting(faults.groupSize());
        }
    }

    @Override
    public ExecutorService reader() {
        return VirtualExecutor.thread(time, () -> chance.upTo(SLOWEST_READ), LARGEST_READ_QUEUE);
    }

    @Override
    public ScheduledExecutorService housekeeper() {
        return VirtualExecutor.thread(time, () -> 0, LARGEST_READ_QUEUE);
    }

    @Override
    public long recentBytes() {
        return recentBytes;
    }

    @Override
    public long uncommittedBytes() {
        return uncommittedBytes;
    }
}
