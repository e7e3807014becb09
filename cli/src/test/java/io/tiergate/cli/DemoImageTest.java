package io.tiergate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with {@code demo --image} is said before anything is started. */
class DemoImageTest {
    private final TestCommandLine tiergate = new TestCommandLine();

    @TempDir
    Path folder;

    /** No launcher has told where the source is: the test's own folder is one below. */
    @BeforeEach
    void tellHome() {
        System.setProperty("launcher.home", "..");
    }

    @AfterEach
    void forgetHome() {
        System.clearProperty("launcher.home");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--requests 5", "--rate 5", "--data .", "--show sheet.png", "--split", "--report report.json"})
    void picturesAndTheReplayTogetherAreWrongUsage(String replay) {
        String[] arguments = ("demo --image part.png " + replay).split(" ", -1);

        assertThat(tiergate.run(arguments)).isEqualTo(2);
        assertThat(tiergate.err())
                .startsWith("tiergate demo: --image shows single pictures in place of the replay (expected: no "
                        + arguments[3] + " beside it)");
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        Path missing = folder.resolve("missing.png");

        assertRefused(picture(), missing, missing + " is not there, or no file (expected: a PNG or JPEG file)");
        assertRefused(picture(), folder, folder + " is not there, or no file");
    }

    @Test
    void aFileThatIsNoPictureIsNamedWithTheReason() throws IOException {
        Path text = Files.writeString(folder.resolve("part.txt"), "no picture");
        Path cut = folder.resolve("cut.png");
        byte[] whole = Files.readAllBytes(picture());
        Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));

        assertRefused(picture(), text, text + ": image is neither PNG nor JPEG");
        assertRefused(picture(), cut, cut + ": image cannot be decoded");
    }

    @Test
    void aModelThatTakesNoPicturesSaysWhatToAdd() throws IOException {
        int code = tiergate.run(
                "demo",
                "--image",
                picture().toString(),
                "--models",
                "../core/src/test/resources/models/tiny",
                "--model",
                "tiny-edge");

        assertThat(code).isEqualTo(1);
        assertThat(tiergate.err())
                .isEqualToIgnoringNewLines(
                        "tiergate demo: model 'tiny-edge' takes no pictures (expected: a model.yaml with 'preprocess'). "
                                + "Add preprocess: { image: grey } or { image: rgb } to it, or name another model with --model");
        assertThat(tiergate.out()).isEmpty();
    }

    private void assertRefused(Path good, Path bad, String words) {
        assertThat(tiergate.run("demo", "--image", good.toString(), "--image", bad.toString()))
                .isEqualTo(1);
        assertThat(tiergate.err())
                .startsWith("tiergate demo: --image: " + words)
                .hasLineCount(1);
        assertThat(tiergate.out()).isEmpty();
    }

    private Path picture() throws IOException {
        Path file = folder.resolve("part.png");
        ImageIO.write(new BufferedImage(40, 40, BufferedImage.TYPE_BYTE_GRAY), "png", file.toFile());
        return file;
    }
}
