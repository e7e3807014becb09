package io.tiergate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The images' true classes alternate: Bag, Coat, Bag, Coat … */
class SampleMixTest {
    @TempDir
    Path folder;

    private SmallRun run;

    @BeforeEach
    void start() throws Exception {
        run = new SmallRun(folder);
    }

    @Test
    void everyWayThroughBothTiersHasItsKind() {
        run.answer(Decision.ACCEPTED, "Bag", null);
        run.answer(Decision.ACCEPTED, "Bag", null);
        run.answer(Decision.ESCALATED, "Coat", "corrected");
        run.answer(Decision.ESCALATED, "Coat", "confirmed");
        run.answer(Decision.ESCALATED, "Bag", "spoiled");
        run.answer(Decision.ESCALATED, "Bag", "parked");
        run.answer(Decision.ESCALATED, "Bag", "open");
        run.verdict("corrected", "Bag");
        run.verdict("confirmed", "Coat");
        run.verdict("spoiled", "Coat");
        run.parked("parked");
        assertThat(run.replies)
                .extracting(reply -> SampleKind.of((Reply.Answered) reply, run.outcomes, run.truth))
                .containsExactly(
                        SampleKind.ACCEPTED_RIGHTLY,
                        SampleKind.ACCEPTED_WRONGLY,
                        SampleKind.CORRECTED,
                        SampleKind.CONFIRMED,
                        SampleKind.DECIDED_WRONGLY,
                        SampleKind.FOR_A_PERSON,
                        SampleKind.OTHER);
    }

    @Test
    void rareKindsHaveTheirPlaceAmongMany() {
        for (int i = 0; i < 500; i++) {
            run.answer(Decision.ACCEPTED, i % 2 == 0 ? "Bag" : "Coat", null);
        }
        run.answer(Decision.ESCALATED, "Bag", "parked");
        run.parked("parked");
        List<Reply.Answered> chosen = choose();
        assertThat(chosen).hasSize(24);
        assertThat(chosen.getLast().index()).isEqualTo(500);
    }

    @Test
    void classesTakeTurnsWithinAKind() {
        for (int i = 0; i < 100; i++) {
            // Up to the last few only bags are taken for what they are.
            boolean bag = i % 2 == 0;
            run.answer(bag || i > 80 ? Decision.ACCEPTED : Decision.ESCALATED, bag ? "Bag" : "Coat", null);
        }
        Map<String, Long> classes = choose().stream()
                .filter(reply -> reply.answer().decision() == Decision.ACCEPTED)
                .map(reply -> run.truth.label(reply.index()))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(classes.get("Coat")).isGreaterThanOrEqualTo(3);
        assertThat(classes.get("Bag")).isGreaterThanOrEqualTo(3);
    }

    @Test
    void theOrderIsByKindAndThenByPosition() {
        for (int i = 0; i < 60; i++) {
            run.answer(Decision.ACCEPTED, "Bag", null);
        }
        assertThat(choose())
                .isSortedAccordingTo(
                        Comparator.comparing((Reply.Answered reply) -> SampleKind.of(reply, run.outcomes, run.truth))
                                .thenComparing(Reply.Answered::index));
    }

    @Test
    void aShortRunIsShownAsAWholeWithoutItsFailures() {
        run.answer(Decision.ACCEPTED, "Bag", null);
        run.failure();
        assertThat(choose()).hasSize(1);
    }

    private List<Reply.Answered> choose() {
        return SampleMix.choose(run.replies, run.outcomes, run.truth);
    }
}
