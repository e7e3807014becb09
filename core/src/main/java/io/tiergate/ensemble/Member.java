package io.tiergate.ensemble;

import io.tiergate.model.EnsembleManifest;
import io.tiergate.runtime.InferenceException;
import io.tiergate.runtime.LateRunException;
import io.tiergate.runtime.OnnxSession;
import io.tiergate.runtime.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** One loaded member. Safe for use by several threads. */
final class Member implements AutoCloseable {
    private final OnnxSession session;
    private final EnsembleManifest.Member description;
    private final Optional<Limit> limit;

    private record Limit(Duration deadline, Rest rest) {}

    /**
     * What came of asking a member.
     *
     * @param output empty if it is absent
     */
    record Answer(Optional<Tensor> output, Optional<Absence> absence) {}

    /**
     * @param deadline empty: it may take as long as it takes, whatever its manifest says
     * @param nanoClock by which it rests, see {@link Rest}
     */
    Member(
            OnnxSession session,
            EnsembleManifest.Member description,
            Optional<Duration> deadline,
            LongSupplier nanoClock) {
        this.session = session;
        this.description = description;
        this.limit = deadline.map(usual -> description.deadline().orElse(usual))
                .map(most -> new Limit(most, new Rest(most, nanoClock)));
    }

    OnnxSession session() {
        return session;
    }

    /** Its file, as the manifest names it. */
    String name() {
        return description.file();
    }

    double weight() {
        return description.weight();
    }

    double temperature() {
        return description.temperature();
    }

    /** Runs it once on the caller's thread. Whatever becomes of that, the others may still make a quorum. */
    Answer ask(List<Tensor> inputs, String outputName) {
        if (limit.isPresent() && !limit.get().rest.isOver()) {
            return absent(Absence.Cause.RESTING);
        }
        try {
            List<Tensor> outputs = limit.isPresent()
                    ? session.run(inputs, List.of(outputName), limit.get().deadline)
                    : session.run(inputs, List.of(outputName));
            limit.ifPresent(kept -> kept.rest.inTime());
            return new Answer(Optional.of(outputs.get(0)), Optional.empty());
        } catch (LateRunException e) {
            limit.ifPresent(missed -> missed.rest.late());
            return absent(Absence.Cause.LATE);
        } catch (InferenceException e) {
            limit.ifPresent(kept -> kept.rest.inTime());
            return absent(Absence.Cause.FAILED);
        }
    }

    private Answer absent(Absence.Cause cause) {
        return new Answer(Optional.empty(), Optional.of(new Absence(name(), cause)));
    }

    @Override
    public void close() {
        session.close();
    }
}
