package io.tiergate.cli.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
    @TempDir
    Path folder;

    @Test
    void readsTheSplitThatIsNamedAndNoOther() throws IOException {
        IdxFixtures.twoImages(folder, "calibration");
        Files.writeString(folder.resolve("test-images-idx3-ubyte.gz"), "broken");
        ImageFiles images = ImageFiles.read(folder, "calibration", "--calibration");
        assertThat(images.count()).isEqualTo(2);
        assertThat(images.rows()).isEqualTo(2);
        assertThat(images.columns()).isEqualTo(3);
        assertThat(images.image(0)).containsExactly(0, 51, 255, 1, 2, 3);
        assertThat(images.image(1)).containsExactly(10, 11, 12, 13, 14, 15);
        assertThat(images.label(0)).isEqualTo(1);
        assertThat(images.label(1)).isZero();
        assertThat(images.highestLabel()).isEqualTo(1);
    }

    @Test
    void neverTakesTestFilesForCalibration() throws IOException {
        IdxFixtures.twoImages(folder, "test");
        assertThatThrownBy(() -> ImageFiles.read(folder, "calibration", "--calibration"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(
                        "--calibration: %s has no calibration-images-idx3-ubyte.gz (expected: a folder with calibration-images-idx3-ubyte.gz and calibration-labels-idx1-ubyte.gz)",
                        folder);
    }

    @Test
    void namesAMissingFile() throws IOException {
        IdxFixtures.twoImages(folder, "test");
        Files.delete(folder.resolve("test-labels-idx1-ubyte.gz"));
        assertThatThrownBy(() -> ImageFiles.read(folder, "test", "--data"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--data: " + folder + " has no test-labels-idx1-ubyte.gz");
    }

    @Test
    void refusesLabelsThatAreNotAsManyAsImages() throws IOException {
        IdxFixtures.twoImages(folder, "test");
        writeLabels(IdxFixtures.LABELS_MAGIC, 1, new byte[1]);
        assertThatThrownBy(() -> ImageFiles.read(folder, "test", "--data"))
                .hasMessageContaining("holds 2 test images, but 1 labels");
    }

    @Test
    void refusesAFileOfAnotherKind() throws IOException {
        IdxFixtures.twoImages(folder, "test");
        writeLabels(IdxFixtures.IMAGES_MAGIC, 2, new byte[2]);
        assertThatThrownBy(() -> ImageFiles.read(folder, "test", "--data"))
                .hasMessageContaining("its magic number is 2051 (expected: 2049)");
    }

    @Test
    void refusesAFileThatIsShorterOrLongerThanItsHeaderSays() throws IOException {
        IdxFixtures.twoImages(folder, "test");
        writeLabels(IdxFixtures.LABELS_MAGIC, 2, new byte[1]);
        assertThatThrownBy(() -> ImageFiles.read(folder, "test", "--data"))
                .hasMessageContaining("promises 2 bytes, but there are 1");
        writeLabels(IdxFixtures.LABELS_MAGIC, 2, new byte[3]);
        assertThatThrownBy(() -> ImageFiles.read(folder, "test", "--data"))
                .hasMessageContaining("promises 2 bytes, but there are more");
    }

    @Test
    void refusesAHeaderThatPromisesMoreThanCouldBeHeld() throws IOException {
        IdxFixtures.twoImages(folder, "test");
        writeLabels(IdxFixtures.LABELS_MAGIC, Integer.MAX_VALUE, new byte[0]);
        assertThatThrownBy(() -> ImageFiles.read(folder, "test", "--data"))
                .hasMessageContaining("promises 2147483647 bytes");
        writeLabels(IdxFixtures.LABELS_MAGIC, -5, new byte[0]);
        assertThatThrownBy(() -> ImageFiles.read(folder, "test", "--data"))
                .hasMessageContaining("size of its dimension 0 is -5");
    }

    @Test
    void refusesAFileThatIsNotCompressed() throws IOException {
        IdxFixtures.twoImages(folder, "test");
        Files.write(folder.resolve("test-labels-idx1-ubyte.gz"), new byte[] {1, 2, 3, 4});
        assertThatThrownBy(() -> ImageFiles.read(folder, "test", "--data")).hasMessageContaining("it cannot be read");
    }

    private void writeLabels(int magic, int count, byte[] labels) throws IOException {
        IdxFixtures.write(folder.resolve("test-labels-idx1-ubyte.gz"), magic, new int[] {count}, labels);
    }
}
