package io.tiergate.sim;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.cloud.review.SimulatedDatabase;
import io.tiergate.edge.escalation.EscalationState;
import io.tiergate.edge.escalation.LabelReport;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.LedgerCounts;
import io.tiergate.edge.escalation.SimulatedDisk;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.sim.LedgerRows.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** What was promised to whom, and whether it is kept: at every instant, when all has settled, and at the end. */
final class Audit {
    private static final int APPLICATION = 20;

    private final Plan plan;
    private final SimulatedKafka kafka;
    private final SimulatedDatabase database;
    private final LedgerRows rows;
    private final LongSupplier upNanos;
    private final VirtualTime time;
    private final Map<String, EscalatedSample> asked = new HashMap<>();
    private final Map<String, Long> promisedAt = new HashMap<>();
    private final List<String> shown = new ArrayList<>();
    private final Set<String> refused = new HashSet<>();
    private final Set<String> labelled = new HashSet<>();
    private LedgerCounts latest;

    Audit(
            Plan plan,
            SimulatedKafka kafka,
            SimulatedDatabase database,
            SimulatedDisk disk,
            LongSupplier upNanos,
            VirtualTime time)
            throws SQLException {
        this.plan = plan;
        this.kafka = kafka;
        this.database = database;
        this.rows = new LedgerRows(disk);
        this.upNanos = upNanos;
        this.time = time;
    }

    /** Ids that a client has seen, in the order in which it saw them. */
    List<String> shown() {
        return shown;
    }

    Optional<EscalatedSample> sample(String id) {
        return Optional.ofNullable(asked.get(id));
    }

    void asked(EscalatedSample sample) {
        asked.put(sample.getEscalationId(), sample);
        promisedAt.put(sample.getEscalationId(), upNanos.getAsLong());
    }

    void promised(String id, VirtualTime.Owner process) {
        if (!process.isDead()) {
            shown.add(id);
            requireNow(rows.find(id).isPresent(), "a client sees an id that is not in the ledger: " + id);
        }
    }

    void refused(String id, VirtualTime.Owner process) {
        if (!process.isDead()) {
            refused.add(id);
        }
    }

    void reported(String id, Optional<LabelReport> report, VirtualTime.Owner process) {
        if (process.isDead()) {
            return;
        }
        requireNow(report.isPresent(), "a label is reported of an id that the ledger has forgotten: " + id);
        if (report.get().stands()) {
            labelled.add(id);
            requireNow(rows.find(id).orElseThrow().rank() >= APPLICATION, "a label that stands is not stored: " + id);
        }
    }

    /** The ledger was opened just now. */
    void opened(Ledger ledger) {
        latest = null;
        ledger.onEvent(this::changed);
    }

    private void changed(List<String> ids) {
        for (String id : ids) {
            Optional<Row> found = rows.find(id);
            requireNow(found.isPresent(), "the ledger tells of an id that it has not: " + id);
            Row row = found.orElseThrow();
            // Running time may go back by what was not stored at a crash, and never goes faster than the processes run.
            requireNow(
                    row.state() != EscalationState.EXPIRED
                            || upNanos.getAsLong() - promisedAt.get(id)
                                    >= plan.outbox().ttl().toNanos() - 1_000_000,
                    "expired before its time: " + id);
        }
    }

    /** At every instant at which a ledger is open. */
    @SuppressWarnings("ReferenceEquality") // Every commit brings others, be they equal.
    void look(Ledger ledger) {
        LedgerCounts counts = ledger.counts();
        if (counts != latest) {
            latest = counts;
            requireSum(counts);
            require(
                    rows.byState().equals(counts.byState()),
                    "the counters differ from the rows: " + counts.byState() + ", " + rows.byState());
            require(rows.payloadBytes() == counts.outboxBytes(), "the bytes differ from the rows: " + counts);
            require(
                    counts.outboxBytes() <= plan.outbox().maxBytes().asLongValue(),
                    "the outbox is larger than it may be: " + counts);
        }
    }

    private static void requireSum(LedgerCounts counts) {
        long sum = counts.byState().values().stream().mapToLong(Long::longValue).sum();
        require(counts.promised() == sum, "promised is not the sum of the states: " + counts);
    }

    /**
     * Long after the last fault.
     *
     * @return whether everything is answered; else only asking again can bring what is missing
     */
    boolean settled(LedgerCounts counts) {
        require(counts.in(EscalationState.PENDING) == 0, "samples starve in the outbox: " + counts);
        require(counts.labels() == 0, "labels starve in the outbox: " + counts);
        List<Row> unanswered = rows.in(EscalationState.SENT);
        CloudAudit cloud = new CloudAudit(kafka, database);
        require(
                unanswered.stream().allMatch(row -> plan.losesVerdicts() && cloud.isAskedTwiceAsOne(row.id())),
                "no verdict comes for what was sent: " + unanswered);
        return unanswered.isEmpty();
    }

    /** After so long that everything without an answer was asked about again. */
    void answered(LedgerCounts counts) {
        require(
                counts.in(EscalationState.SENT) == 0,
                "asking again brings no verdict: " + rows.in(EscalationState.SENT));
    }

    void ended(LedgerCounts counts) {
        require(!plan.expires() || counts.in(EscalationState.SENT) == 0, "what is over does not expire: " + counts);
        shown.forEach(id -> require(rows.find(id).isPresent(), "a promised id is lost: " + id));
        refused.forEach(id -> require(rows.find(id).isEmpty(), "a refused id is in the ledger: " + id));
        Map<String, LedgerRows.Standing> said = said();
        rows.all().forEach(row -> {
            require(asked.containsKey(row.id()), "nobody has asked for " + row.id());
            row.requireSoundEvents();
            requireHighest(row, said.getOrDefault(row.id(), LedgerRows.Standing.NONE));
        });
        new CloudAudit(kafka, database).ended();
    }

    /** What was said of each id on the verdicts topic. */
    private Map<String, LedgerRows.Standing> said() {
        Map<String, LedgerRows.Standing> said = new HashMap<>();
        for (SimulatedKafka.Log log : kafka.logs(Names.topic("verdicts"))) {
            for (SimulatedKafka.Entry entry : log.entries()) {
                verdict(entry)
                        .filter(Verdict::hasFinal)
                        .ifPresent(verdict -> said.merge(
                                verdict.getEscalationId(),
                                new LedgerRows.Standing(
                                        verdict.getFinal().getRank(),
                                        verdict.getFinal().getRevision()),
                                LedgerRows.Standing::higher));
            }
        }
        return said;
    }

    static Optional<Verdict> verdict(SimulatedKafka.Entry entry) {
        try {
            return entry.marker() ? Optional.empty() : Optional.of(Verdict.parseFrom(entry.value()));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private void requireHighest(Row row, LedgerRows.Standing said) {
        boolean ownLabel = row.rank() == APPLICATION;
        boolean mayMiss = plan.losesVerdicts() || plan.moves();
        require(
                mayMiss
                        || row.standing().equals(said)
                        || (ownLabel && row.standing().isAbove(said)),
                "the ledger has not what ranks highest: " + row + ", said " + said);
        require(
                !row.standing().isAbove(said) || ownLabel,
                "the ledger has what nobody has said: " + row + ", said " + said);
        require(!labelled.contains(row.id()) || row.rank() >= APPLICATION, "a label that stood is lost: " + row);
    }

    /** The same where it is asked within the code that is simulated. */
    private void requireNow(boolean holds, String otherwise) {
        if (!holds) {
            time.violated(new Violation(otherwise));
        }
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new Violation(otherwise);
        }
    }

    static <T> T unchecked(SqlCall<T> call) {
        try {
            return call.get();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A look at the database. */
    interface SqlCall<T> {
        T get() throws SQLException;
    }
}
