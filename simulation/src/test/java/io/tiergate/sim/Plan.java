package io.tiergate.sim;

import io.tiergate.edge.escalation.OutboxConfig;
import io.tiergate.sim.Conditions.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a schedule is made of, before it begins.
 *
 * @param memoryBytes of the edge's ledger
 * @param promises how often a client asks for some
 * @param labels how often an application reports one
 * @param strangers records on the verdicts topic that are none of this edge's
 * @param work how long all that lasts, and how long faults begin
 * @param expires whether the time-to-live is short enough to be met
 * @param moves whether the edge listens on another partition after a restart
 */
record Plan(
        OutboxConfig outbox,
        long memoryBytes,
        OptionalLong relayBytesPerSecond,
        Duration askAgainAfter,
        int replicas,
        int promises,
        int labels,
        int strangers,
        Duration work,
        boolean expires,
        boolean moves,
        List<Happening> faults) {
    private static final Duration LONGEST_FAULT = Duration.ofSeconds(60);
    private static final double RARE = 0.04;
    private static final List<Fault.Sudden> HARMLESS_TO_VERDICTS =
            List.copyOf(EnumSet.complementOf(EnumSet.of(Fault.Sudden.RETENTION_RUNS_OVER_VERDICTS)));

    /** @param lasts of a fault that holds for a time */
    record Happening(Fault fault, Duration at, Duration lasts) {}

    static Plan of(Chance chance) {
        Duration work = Duration.ofSeconds(chance.between(20, 200));
        boolean expires = chance.happens(0.4);
        OutboxConfig outbox = Settings.of(
                OutboxConfig.class,
                Map.of(
                        "tiergate.outbox.max-bytes",
                        String.valueOf(chance.happens(0.4) ? chance.between(1_500, 20_000) : 10_000_000),
                        "tiergate.outbox.when-full",
                        chance.of(List.of("evict", "evict-oldest", "shed")),
                        "tiergate.outbox.ttl",
                        expires ? chance.between(20, 400) + "s" : "1d",
                        "tiergate.outbox.queue-capacity",
                        String.valueOf(chance.happens(0.3) ? chance.between(1, 6) : 4096),
                        "tiergate.outbox.relay-in-flight",
                        chance.of(List.of("1", "4", "16", "256"))));
        return new Plan(
                outbox,
                chance.happens(0.5) ? chance.between(500, 6_000) : 1 << 20,
                chance.happens(0.15) ? OptionalLong.of(chance.between(1_000, 10_000)) : OptionalLong.empty(),
                Duration.ofSeconds(chance.between(5, 600)),
                chance.between(1, 2),
                chance.between(4, 40),
                chance.between(0, 12),
                chance.between(0, 10),
                work,
                expires,
                chance.happens(0.1),
                faults(chance, work));
    }

    private static List<Happening> faults(Chance chance, Duration work) {
        List<Happening> faults = new ArrayList<>();
        int count = chance.between(0, 9);
        for (int i = 0; i < count; i++) {
            faults.add(new Happening(
                    chance.happens(0.55) ? new Fault.Lasting(chance.of(List.of(Trouble.values()))) : sudden(chance),
                    chance.evenly(Duration.ZERO, work),
                    Duration.ofNanos(chance.upTo(LONGEST_FAULT))));
        }
        return faults;
    }

    private static Fault sudden(Chance chance) {
        // What may lose verdicts loosens what can be asked of the schedule's end.
        return chance.happens(RARE) ? Fault.Sudden.RETENTION_RUNS_OVER_VERDICTS : chance.of(HARMLESS_TO_VERDICTS);
    }

    boolean losesVerdicts() {
        return faults.stream().anyMatch(each -> each.fault() == Fault.Sudden.RETENTION_RUNS_OVER_VERDICTS);
    }
}
