package io.tiergate.cloud.review;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.proto.v1.ReportedLabel;
import io.tiergate.proto.v1.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * PostgreSQL, as far as the statements of {@link AnswerStore} and {@link ReportStore} go: maps that change as those statements say they
 * change rows. {@code EscalationIT} and {@code ReportedLabelIT} show that PostgreSQL does so.
 */
public final class SimulatedDatabase {
    /** How the database stands with a replica that asks it. */
    public interface Access {
        /**
         * Runs a statement, once or more often, when the database is there; the result comes when it answers.
         *
         * @param statement safe to run twice
         */
        <T> Uni<T> run(Supplier<T> statement);
    }

    private record Answer(Outcome outcome, int attempt, Origin first, Origin latest, Verdict verdict) {}

    private record Report(int revision, Origin origin, Optional<Origin> whole, ReportedLabel report) {}

    private final Map<UUID, Answer> answers = new TreeMap<>();
    private final Map<UUID, byte[]> parked = new TreeMap<>();
    private final Map<UUID, Report> reports = new TreeMap<>();

    public Optional<Verdict> verdict(UUID id) {
        return Optional.ofNullable(answers.get(id)).map(Answer::verdict);
    }

    /** Those that wait for a person, and that no application has labelled. */
    public List<UUID> waiting() {
        return parked.keySet().stream().filter(id -> !reports.containsKey(id)).toList();
    }

    public AnswerStore answers(ServiceIdentity identity, Access access) {
        return new AnswerStore(null, identity, null) {
            @Override
            public Uni<Recording<StoredAnswer>> record(List<NewAnswer> given) {
                return run(given, access, SimulatedDatabase.this::answer);
            }
        };
    }

    public ReportStore reports(ServiceIdentity identity, Access access) {
        return new ReportStore(null, identity) {
            @Override
            public Uni<Recording<StoredReport>> record(List<NewReport> given) {
                return run(given, access, SimulatedDatabase.this::report);
            }
        };
    }

    private static <N extends NewRow, S> Uni<Recording<S>> run(List<N> rows, Access access, Function<N, S> each) {
        if (rows.isEmpty()) {
            return Uni.createFrom().item(new Recording<>(Map.of(), Map.of()));
        }
        List<N> ordered = new ArrayList<>(rows);
        ordered.sort(Comparator.comparing(NewRow::id));
        return access.run(() -> {
            Map<UUID, S> stored = new HashMap<>();
            ordered.forEach(row -> stored.put(row.id(), each.apply(row)));
            return new Recording<>(stored, Map.of());
        });
    }

    private StoredAnswer answer(NewAnswer given) {
        Answer old = answers.get(given.id());
        Answer row;
        if (old == null) {
            row = new Answer(
                    Outcome.of(given.verdict()), given.attempt(), given.origin(), given.origin(), given.verdict());
        } else if (given.attempt() > old.attempt()) {
            row = new Answer(old.outcome(), given.attempt(), old.first(), given.origin(), old.verdict());
        } else {
            row = old;
        }
        answers.put(given.id(), row);
        if (given.parkedSample().isPresent()
                && row.outcome() == Outcome.PARKED
                && row.first().equals(given.origin())) {
            parked.putIfAbsent(given.id(), given.parkedSample().get());
        }
        return new StoredAnswer(row.first(), row.latest(), row.verdict(), Optional.empty());
    }

    private StoredReport report(NewReport given) {
        Report old = reports.get(given.id());
        int revision = given.report().getRevision();
        Report row;
        if (old == null) {
            row = new Report(revision, given.origin(), given.whole(), given.report());
        } else {
            boolean higher = revision > old.revision();
            row = new Report(
                    Math.max(revision, old.revision()),
                    higher ? given.origin() : old.origin(),
                    old.whole().or(given::whole),
                    higher ? given.report() : old.report());
        }
        reports.put(given.id(), row);
        Optional<byte[]> sample =
                given.wantsParkedSample() ? Optional.ofNullable(parked.get(given.id())) : Optional.empty();
        return new StoredReport(
                row.origin(), row.whole(), sample.map(bytes -> bytes.length).orElse(0), sample);
    }
}
