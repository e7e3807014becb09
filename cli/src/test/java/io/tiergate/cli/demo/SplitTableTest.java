package io.tiergate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cli.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitTableTest {
    private static final Report FEATURES = Reports.of(0, 5, 0, 0.9, 0.93, 310_000);

    @Test
    void showsBytesAndAccuracyOfBothRunsSideBySide() {
        StringWriter text = new StringWriter();
        SplitTable.print(
                result("small", Reports.successful()),
                result("small-split", FEATURES),
                "parts",
                new Terminal(new PrintWriter(text), false));
        assertThat(text.toString().lines().map(line -> line.trim().replaceAll(" {2,}", " | ")))
                .contains(
                        "the same parts through | small | small-split",
                        "bytes sent to the cloud | 3,100,000 | 310,000",
                        "bytes for each sent | 4,079 | 408",
                        "edge and cloud | 94.1 % | 93.0 %",
                        "wait for a person | 7 | 5");
    }

    @Test
    void saysWhatTheFeaturesSaveAndCost() {
        assertThat(SplitTable.words(Reports.successful(), FEATURES))
                .isEqualTo("With features in place of images 0.3 instead of 3.1 MB were sent (10 %),"
                        + " and accuracy was 93.0 % instead of 94.1 %.");
    }

    @Test
    void saysThatTheSecondRunFailed() {
        assertThat(SplitTable.words(Reports.successful(), Reports.of(0, 5, 1, 0.9, 0.9, 1)))
                .endsWith("Not everything went well with the features.");
    }

    private static ModelReplay.Result result(String model, Report report) {
        return new ModelReplay.Result(new DemoModel(model, List.of(), true), List.of(), new Outcomes(), report);
    }
}
