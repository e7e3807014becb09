package io.tiergate.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.model.EnsembleManifest;
import io.tiergate.runtime.OnnxSession;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By a clock of the test's own: a deadline counts real time, a rest does not. */
class MemberTest {
    private static final Duration DEADLINE = Duration.ofMillis(100);
    private static final List<Tensor> QUICK = List.of(Tensor.ofFloats("x", Shape.of(1, 4), 1, 0, 0, 0));
    private static final List<Tensor> NEVER = List.of(Tensor.ofFloats("x", Shape.of(1, 4), 1, 0, 0, 1e15f));
    private static final List<Tensor> WRONG = List.of(Tensor.ofFloats("x", Shape.of(1, 5), 1, 0, 0, 0, 0));

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private Member member;

    @BeforeEach
    void load() throws Exception {
        String file = "members/c.onnx";
        Path model =
                TestModels.copyTo("slow", folder).resolve("slow-ensemble/1").resolve(file);
        member = new Member(
                OnnxSession.open(model, SessionSettings.SINGLE_THREADED),
                new EnsembleManifest.Member(file, 1, 1, Optional.empty()),
                Optional.of(DEADLINE),
                nanos::get);
    }

    @AfterEach
    void close() {
        member.close();
    }

    @Test
    void isAskedAgainAtOnceAfterItWasLateOnce() {
        assertThat(ask(NEVER)).contains(Absence.Cause.LATE);
        assertThat(ask(QUICK)).isEmpty();
        assertThat(ask(NEVER)).contains(Absence.Cause.LATE);
        assertThat(ask(QUICK)).isEmpty();
    }

    @Test
    void restsTheLongerTheMoreOftenItWasLateInARow() {
        ask(NEVER);
        ask(NEVER);
        assertThat(ask(QUICK)).contains(Absence.Cause.RESTING);
        pass(1);
        assertThat(ask(NEVER)).contains(Absence.Cause.LATE);
        pass(1);
        assertThat(ask(QUICK)).contains(Absence.Cause.RESTING);
        pass(1);
        assertThat(ask(QUICK)).isEmpty();
        assertThat(ask(QUICK)).as("in time again").isEmpty();
    }

    @Test
    void neverRestsLongerThanNineDeadlines() {
        for (int i = 0; i < 12; i++) {
            ask(NEVER);
            pass(9);
        }
        assertThat(ask(QUICK)).isEmpty();
    }

    @Test
    void aFailureIsNotLate() {
        ask(NEVER);
        assertThat(ask(WRONG)).contains(Absence.Cause.FAILED);
        ask(NEVER);
        assertThat(ask(QUICK)).isEmpty();
    }

    @Test
    void afterARestOneBatchTriesForAllTheOthers() {
        Rest rest = new Rest(DEADLINE, nanos::get);
        rest.late();
        rest.late();
        pass(1);
        assertThat(rest.isOver()).isTrue();
        assertThat(rest.isOver()).isFalse();
        rest.inTime();
        assertThat(rest.isOver()).isTrue();
    }

    private void pass(int deadlines) {
        nanos.addAndGet(DEADLINE.multipliedBy(deadlines).toNanos());
    }

    private Optional<Absence.Cause> ask(List<Tensor> inputs) {
        return member.ask(inputs, "logits").absence().map(Absence::cause);
    }
}
