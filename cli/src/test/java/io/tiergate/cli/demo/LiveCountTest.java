package io.tiergate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The images' true classes alternate: Bag, Coat, Bag, Coat … */
class LiveCountTest {
    @TempDir
    Path folder;

    private SmallRun run;
    private LiveCount count;

    @BeforeEach
    void start() throws Exception {
        run = new SmallRun(folder);
        count = new LiveCount(4, run.outcomes, run.truth);
    }

    @Test
    void saysNothingOfAccuracyBeforeTheFirstAnswer() {
        assertThat(count.text()).isEqualTo("  0 of 4");
    }

    @Test
    void countsDecisionsAndHowOftenTheEdgeWasRight() {
        count.add(run.answer(Decision.ACCEPTED, "Bag", null));
        count.add(run.answer(Decision.ESCALATED, "Bag", "corrected"));
        assertThat(count.text())
                .startsWith("  2 of 4, ")
                .endsWith("/s: accepted 1, escalated 1, verdicts 0; right: edge 50.0 %, with verdicts 50.0 %");
    }

    @Test
    void aVerdictChangesOnlyWhatBothTiersKnow() {
        count.add(run.answer(Decision.ACCEPTED, "Bag", null));
        count.add(run.answer(Decision.ESCALATED, "Bag", "corrected"));
        count.add(run.answer(Decision.ESCALATED, "Bag", "spoiled"));
        run.verdict("corrected", "Coat");
        assertThat(count.text()).endsWith("verdicts 1; right: edge 66.7 %, with verdicts 100.0 %");
        run.verdict("spoiled", "Coat");
        assertThat(count.text()).endsWith("verdicts 2; right: edge 66.7 %, with verdicts 66.7 %");
    }

    @Test
    void failuresAreToldAndAreNeitherRightNorWrong() {
        count.add(run.answer(Decision.ACCEPTED, "Bag", null));
        count.add(run.failure());
        assertThat(count.text())
                .startsWith("  1 of 4")
                .endsWith("right: edge 100.0 %, with verdicts 100.0 %; failed 1");
    }
}
