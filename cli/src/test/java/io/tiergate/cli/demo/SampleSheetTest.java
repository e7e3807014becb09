package io.tiergate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.cli.CommandFailure;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The images' true classes alternate: Bag, Coat, Bag, Coat … */
class SampleSheetTest {
    @TempDir
    Path folder;

    private SmallRun run;
    private SampleSheet sheet;

    @BeforeEach
    void start() throws Exception {
        run = new SmallRun(folder);
        DemoModel model = new DemoModel("small", SmallRun.LABELS, true);
        sheet = new SampleSheet(
                new ModelReplay.Result(model, run.replies, run.outcomes, Reports.successful()), run.images);
    }

    @Test
    void aCaptionHasLabelConfidenceDecisionVerdictAndTruth() {
        assertThat(sheet.captions(run.answer(Decision.ACCEPTED, "Bag", null)))
                .containsExactly("edge: Bag", "accepted at 0.63", "cloud: not asked", "truth: Bag");
        Reply.Answered corrected = run.answer(Decision.ESCALATED, "Bag", "corrected");
        run.verdict("corrected", "Coat");
        assertThat(sheet.captions(corrected))
                .containsExactly("edge: Bag", "escalated at 0.63", "cloud: Coat", "truth: Coat");
    }

    @Test
    void aCaptionTellsWhyThereIsNoVerdict() {
        Reply.Answered parked = run.answer(Decision.ESCALATED, "Bag", "parked");
        run.parked("parked");
        assertThat(sheet.captions(parked)).contains("cloud: unsure");
        assertThat(sheet.captions(run.answer(Decision.ESCALATED, "Bag", "open")))
                .contains("cloud: no answer");
    }

    /** A frame starts 16 pixels from the left; below a title of one line every tile's frame does. */
    @Test
    void theFrameSaysHowItEnded() throws Exception {
        run.answer(Decision.ACCEPTED, "Bag", null);
        assertThat(frame()).isEqualTo(0xFF2E8B57);
        run.replies.clear();
        run.answer(Decision.ACCEPTED, "Coat", null);
        assertThat(frame()).isEqualTo(0xFFC0392B);
        run.replies.clear();
        run.answer(Decision.ESCALATED, "Bag", "parked");
        run.parked("parked");
        assertThat(frame()).isEqualTo(0xFFE0A000);
    }

    @Test
    void withoutAnAnswerThereIsNothingToShow() {
        run.failure();
        assertThatThrownBy(() -> sheet.write(folder.resolve("none.png")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("no request was answered");
    }

    private int frame() throws Exception {
        Path file = folder.resolve("sheet.png");
        sheet.write(file);
        return ImageIO.read(file.toFile()).getRGB(17, 120);
    }
}
