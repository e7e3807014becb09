package io.tiergate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiergate.parts.GreyImage;
import io.tiergate.parts.Lot;
import io.tiergate.parts.PartGenerator;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration as a user runs it: the launcher, and every process that it starts. */
class DemoIT {
    private static final Path LAUNCHER =
            Path.of("..", "tiergate").toAbsolutePath().normalize();
    private static final int LONGEST_MINUTES = 8;
    private static final int REQUESTS = 300;
    /** The seed of the model card's test draw. */
    private static final long TEST_DRAW = 3;

    @TempDir
    Path folder;

    private record Result(int exitCode, String out, String err) {}

    @Test
    void theReplayAccountsForEveryEscalationOfBothModels() throws Exception {
        Result result = demo("--requests", "300", "--split", "--show", "sheet.png", "--report", "report.json");

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.out())
                .contains("Of 300 parts the edge decided ", "; nothing was lost. ", " MB were sent, ")
                .containsPattern("the same parts through +parts-edge +parts-split-edge")
                .containsPattern("what leaves the edge +the image +features")
                .contains("With features in place of images ")
                .endsWith("Some of the parts, with what was said of them: sheet.png\n");
        JsonNode report =
                new ObjectMapper().readTree(folder.resolve("report.json").toFile());
        assertAddsUp(report);
        assertAddsUp(report.get("split"));
        assertThat(number(report.get("split"), "bytes_escalated")).isLessThan(number(report, "bytes_escalated") / 5);
        BufferedImage sheet = ImageIO.read(folder.resolve("sheet.png").toFile());
        assertThat(sheet.getWidth()).isBetween(600, 2_000);
        assertThat(sheet.getHeight()).isBetween(400, 2_000);
        assertThat(folder.resolve(".tiergate/demo")).isEmptyDirectory();
    }

    /** By the models' card the edge is sure of part 0 and in doubt about part 15, of which the ensemble is sure; both are sound. */
    @Test
    void ownPicturesAreFollowedToTheirVerdict() throws Exception {
        savePart(0, "sure.png");
        savePart(15, "doubtful.png");

        Result result = demo("--image", "sure.png", "--image", "doubtful.png");

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.out())
                .containsPattern("\nsure.png\n  The edge says ok: confidence 0.9\\d\\d, threshold 0.822, accepted")
                .containsPattern(
                        "\ndoubtful.png\n  The edge says ok: confidence 0.1\\d\\d, threshold 0.822, escalated.\n  The ensemble says ok.\n");
    }

    @Test
    void aBrokenPictureIsRefusedBeforeAnythingIsStarted() throws Exception {
        savePart(0, "good.png");
        byte[] whole = Files.readAllBytes(folder.resolve("good.png"));
        Files.write(folder.resolve("broken.png"), java.util.Arrays.copyOf(whole, whole.length / 2));

        Result result = demo("--image", "good.png", "--image", "broken.png");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("tiergate demo: --image: broken.png: image cannot be decoded")
                .hasLineCount(1);
        assertThat(result.out()).isEmpty();
    }

    private static void assertAddsUp(JsonNode report) {
        assertThat(number(report, "requests"))
                .isEqualTo(REQUESTS)
                .isEqualTo(sum(report, "accepted", "escalated", "local_only", "shed", "resolved", "errors"));
        assertThat(sum(report, "escalated", "audited"))
                .isPositive()
                .isEqualTo(sum(
                        report, "verdicts", "human_review_pending", "rejected", "expired", "evicted", "verdicts_lost"));
        assertThat(number(report, "verdicts_lost")).isZero();
        assertThat(number(report, "verdicts_duplicated")).isZero();
        assertThat(number(report, "dead_letters")).isZero();
        assertThat(number(report, "retraining_records")).isEqualTo(number(report, "verdicts"));
        assertThat(number(report, "bytes_escalated")).isBetween(1L, number(report, "bytes_if_all_sent"));
    }

    private static long sum(JsonNode report, String... fields) {
        long sum = 0;
        for (String field : fields) {
            sum += number(report, field);
        }
        return sum;
    }

    private static long number(JsonNode report, String field) {
        assertThat(report.has(field)).as(field).isTrue();
        return report.get(field).longValue();
    }

    private void savePart(long index, String file) throws IOException {
        GreyImage part = new PartGenerator(TEST_DRAW, Lot.NORMAL).part(index).image();
        BufferedImage image = new BufferedImage(part.width(), part.height(), BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, part.width(), part.height(), part.pixels());
        ImageIO.write(image, "png", folder.resolve(file).toFile());
    }

    private Result demo(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", LAUNCHER.toString(), "demo"));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(Map.of("TIERGATE_SKIP_BUILD", "1"));
        Process process = builder.start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            // It stops what it has started.
            process.destroy();
        }
        assertThat(ended)
                .as("%s ended in time: %s", command, Files.readString(out))
                .isTrue();
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
