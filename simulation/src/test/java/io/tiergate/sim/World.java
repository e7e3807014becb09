package io.tiergate.sim;

import com.google.protobuf.Timestamp;
import io.tiergate.cloud.adjudication.Ensembles;
import io.tiergate.cloud.review.SimulatedDatabase;
import io.tiergate.edge.escalation.NewEscalation;
import io.tiergate.edge.escalation.SimulatedDisk;
import io.tiergate.proto.v1.EscalatedSample;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One schedule: an edge, a broker, a database and replicas of the cloud, what is asked of them and what befalls them. */
final class World implements AutoCloseable {
    static final int LARGEST_RECORD_BYTES = 4_000;
    private static final int ESCALATION_PARTITIONS = 3;
    private static final int VERDICT_PARTITIONS = 2;
    private static final Duration LONGEST_RESTART = Duration.ofSeconds(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration SESSION = Duration.ofSeconds(8);
    /** Faults end within this after the last has begun. */
    private static final Duration HEALING = Duration.ofSeconds(90);
    /** Within this after the last fault everything that waits has found its way. */
    private static final Duration SETTLING = Duration.ofMinutes(3);
    /** More than any question of a schedule waits for its answer: the pause doubles with each. */
    private static final int ASKING_PAUSES = 8;

    private final VirtualTime time = new VirtualTime();
    private final Chance chance;
    private final Plan plan;
    private final Conditions conditions;
    private final SimulatedKafka kafka = new SimulatedKafka(ESCALATION_PARTITIONS, VERDICT_PARTITIONS);
    private final SimulatedDatabase database = new SimulatedDatabase();
    private final Ensembles ensembles;
    private final SimulatedDisk disk;
    private final Audit audit;
    private final Others others;
    private final List<SimulatedCloud> clouds = new ArrayList<>();
    private SimulatedEdge edge;
    private int starts;
    private boolean edgeStarting;
    private long upBefore;
    private long upSince;
    private long wallOffsetMillis;

    World(long seed, Ensembles ensembles) throws SQLException {
        this.chance = new Chance(seed);
        this.plan = Plan.of(chance);
        this.conditions = new Conditions(chance);
        this.ensembles = ensembles;
        this.disk = new SimulatedDisk();
        this.audit = new Audit(plan, kafka, database, disk, this::upNanos, time);
        this.others = new Others(time, chance, kafka, database, audit);
    }

    private long upNanos() {
        return upBefore + (edge != null && !edge.process().isDead() ? time.nanos() - upSince : 0);
    }

    /**
     * Runs the schedule to its end.
     *
     * @return what tells two schedules apart
     * @throws Violation if a promise was not kept
     */
    long run() {
        SimulatedThreads.enter(time, chance);
        try {
            startEdge();
            for (int i = 0; i < plan.replicas(); i++) {
                clouds.add(null);
                startCloud(i);
            }
            plan.faults().forEach(this::schedule);
            ask();
            until(plan.work().plus(HEALING));
            Duration settled = plan.work().plus(HEALING).plus(SETTLING);
            until(settled);
            requireEdge();
            if (!audit.settled(edge.ledger().counts())) {
                settled = settled.plus(plan.askAgainAfter().multipliedBy(ASKING_PAUSES))
                        .plus(SETTLING);
                until(settled);
                audit.answered(edge.ledger().counts());
            }
            if (plan.expires()) {
                until(settled.plus(plan.outbox().ttl().multipliedBy(2)));
            }
            audit.ended(edge.ledger().counts());
            return time.digest();
        } finally {
            SimulatedThreads.leave();
        }
    }

    private void until(Duration end) {
        while (time.next(end.toNanos())) {
            look();
        }
    }

    private void requireEdge() {
        if (edge.process().isDead()) {
            throw new Violation("the edge does not run, though all faults are over");
        }
    }

    /** Whatever holds at every instant. */
    private void look() {
        if (edge.process().isDead()) {
            if (!edgeStarting) {
                upBefore += time.nanos() - upSince;
                restartEdge();
            }
        } else {
            audit.look(edge.ledger());
        }
        for (int i = 0; i < clouds.size(); i++) {
            if (clouds.get(i) != null && clouds.get(i).process().isDead()) {
                cloudDied(i);
            }
        }
    }

    private void restartEdge() {
        edgeStarting = true;
        time.after(time.world(), chance.upTo(LONGEST_RESTART), this::startEdge);
    }

    private void startEdge() {
        edgeStarting = false;
        try {
            disk.dropConnections();
            boolean moves = plan.moves() && starts > 0;
            int partition = moves ? chance.between(0, VERDICT_PARTITIONS - 1) : 0;
            edge = new SimulatedEdge(time, chance, conditions, kafka, starts++, partition);
            upSince = time.nanos();
            disk.under(edge);
            time.as(edge.process(), this::open);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void open() {
        try {
            edge.start(disk, plan, () -> time.nanos() / 1_000_000 + wallOffsetMillis);
            audit.opened(edge.ledger());
        } catch (SQLException | IOException e) {
            edge.process().kill();
        }
    }

    private void startCloud(int index) {
        String member = "cloud-" + index;
        SimulatedCloud cloud = new SimulatedCloud(
                member, time, chance, conditions, kafka, database, ensembles, VERDICT_PARTITIONS, () -> {
                    if (clouds.get(index) != null) {
                        clouds.get(index).process().kill();
                    }
                });
        clouds.set(index, cloud);
        if (kafka.isMember(member) && chance.happens(0.5)) {
            kafka.rebalance();
        }
        kafka.join(member);
        cloud.start();
    }

    private void cloudDied(int index) {
        clouds.set(index, null);
        String member = "cloud-" + index;
        long restart = chance.upTo(LONGEST_RESTART);
        if (restart > SESSION.toNanos()) {
            time.after(time.world(), SESSION.toNanos(), () -> kafka.leave(member));
        }
        time.after(time.world(), restart, () -> startCloud(index));
    }

    private void schedule(Plan.Happening happening) {
        time.after(time.world(), happening.at().toNanos(), () -> {
            switch (happening.fault()) {
                case Fault.Lasting lasting -> {
                    conditions.begin(lasting.trouble());
                    time.after(time.world(), happening.lasts().toNanos(), () -> conditions.end(lasting.trouble()));
                }
                case Fault.Sudden sudden -> happen(sudden);
            }
        });
    }

    private void happen(Fault.Sudden fault) {
        switch (fault) {
            case KILL_EDGE -> edge.process().kill();
            case STOP_EDGE -> {
                if (!edge.process().isDead()) {
                    time.as(edge.process(), edge::stop);
                }
            }
            case BREAK_CHANNELS -> {
                if (!edge.process().isDead()) {
                    time.as(edge.process(), edge::breakChannels);
                }
            }
            case KILL_CLOUD -> someCloud().ifPresent(cloud -> cloud.process().kill());
            case FENCE_CLOUD -> someCloud().ifPresent(SimulatedCloud::fence);
            case PAUSE_CLOUD -> someCloud().ifPresent(this::pause);
            case REBALANCE -> kafka.rebalance();
            case WALL_CLOCK_JUMPS -> wallOffsetMillis += chance.number() >> 24;
            case RETENTION_RUNS_OVER_VERDICTS ->
                kafka.logs(Names.topic("verdicts")).forEach(log -> log.deleteBefore(log.end()));
        }
    }

    private Optional<SimulatedCloud> someCloud() {
        return Optional.ofNullable(chance.of(clouds));
    }

    /** Longer than its session lasts, perhaps: others take over what it reads, and it goes on where it stood. */
    private void pause(SimulatedCloud cloud) {
        long pause = chance.upTo(LONGEST_PAUSE);
        cloud.process().pauseUntil(time.nanos() + pause);
        String member = cloud.process().toString();
        if (pause > SESSION.toNanos()) {
            time.after(time.world(), SESSION.toNanos(), () -> kafka.leave(member));
            time.after(time.world(), pause, () -> kafka.join(member));
        }
    }

    private void ask() {
        for (int i = 0; i < plan.promises(); i++) {
            atSomeTime(this::promise);
        }
        for (int i = 0; i < plan.labels(); i++) {
            atSomeTime(this::report);
        }
        for (int i = 0; i < plan.strangers(); i++) {
            atSomeTime(others::write);
        }
        others.start(plan.work().plus(HEALING));
    }

    private void atSomeTime(Runnable what) {
        time.after(time.world(), chance.evenly(Duration.ZERO, plan.work()).toNanos(), what);
    }

    private void promise() {
        if (edge.process().isDead()) {
            return;
        }
        VirtualTime.Owner process = edge.process();
        List<NewEscalation> samples = new ArrayList<>();
        int count = chance.happens(0.8) ? 1 : chance.between(2, 6);
        for (int i = 0; i < count; i++) {
            EscalatedSample sample = SimulatedSamples.sample(chance, edge.partition());
            audit.asked(sample);
            samples.add(new NewEscalation(sample));
        }
        time.as(process, () -> edge.ledger()
                .promise(samples)
                .subscribe()
                .with(
                        done -> samples.forEach(sample -> audit.promised(sample.id(), process)),
                        failure -> samples.forEach(sample -> audit.refused(sample.id(), process))));
    }

    private void report() {
        if (edge.process().isDead() || audit.shown().isEmpty()) {
            return;
        }
        VirtualTime.Owner process = edge.process();
        String id = chance.of(audit.shown());
        String label = chance.of(List.of("a", "b", "c"));
        Timestamp now =
                Timestamp.newBuilder().setSeconds(time.nanos() / 1_000_000_000).build();
        time.as(process, () -> edge.ledger()
                .report(id, label, now, applied -> {})
                .subscribe()
                .with(report -> audit.reported(id, report, process), failure -> {
                    // The application reports it once more, or not at all.
                }));
    }

    @Override
    public void close() throws SQLException {
        disk.close();
    }

    @Override
    public String toString() {
        return "at " + time + " of " + plan;
    }
}
