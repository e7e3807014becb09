package io.tiergate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClosingWordsTest {
    @Test
    void tellTheWholeStoryOfASuccessfulRun() {
        assertThat(ClosingWords.of(Reports.successful(), "parts"))
                .isEqualTo(
                        "Of 3,000 parts the edge decided 2,260 in 0.6 ms (median); 740 went to the cloud, and 20 more "
                                + "to check on the edge. Accuracy rose from 89.4 % to 94.1 %. 7 wait for a person; nothing was lost. "
                                + "3.1 of 12.2 MB were sent, 25 %.");
    }

    @Test
    void sayHonestlyThatTheCloudMadeItWorse() {
        assertThat(ClosingWords.of(Reports.of(0, 0, 0, 0.9, 0.85, 1), "images"))
                .contains("Of 3,000 images", "Accuracy fell from 90.0 % to 85.0 %.", "None waits for a person");
        assertThat(ClosingWords.of(Reports.of(0, 1, 0, 0.9, 0.9001, 1), "images"))
                .contains("Accuracy stayed at 90.0 %.", "1 waits for a person");
    }

    @Test
    void nameWhatWasDoubtfulButNotSent() {
        assertThat(ClosingWords.of(Reports.of(12, 7, 0, 0.9, 0.9, 1), "parts"))
                .contains("12 were doubtful, but not sent, over budget.")
                .doesNotContain("may not leave");
    }

    @Test
    void neverSayThatNothingWasLostWhenSomethingWas() {
        assertThat(ClosingWords.of(Reports.of(0, 7, 3, 0.9, 0.9, 1), "parts"))
                .contains("Not everything went well", "of 760 samples promised to the cloud 3 were lost")
                .doesNotContain("nothing was lost");
    }
}
