package io.tiergate.cli.demo;

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
    void startsFromTheFirstImageAgainAfterTheLast() throws IOException {
        ImageFiles images = ImageFiles.read(IdxFixtures.twoImages(folder));
        assertThat(images.count()).isEqualTo(2);
        assertThat(images.rows()).isEqualTo(2);
        assertThat(images.columns()).isEqualTo(3);
        assertThat(images.image(1)).containsExactly(10, 11, 12, 13, 14, 15);
        assertThat(images.image(2)).isEqualTo(images.image(0));
        assertThat(images.label(2)).isEqualTo(1);
        assertThat(images.highestLabel()).isEqualTo(1);
    }

    @Test
    void namesAMissingFile() {
        assertThatThrownBy(() -> ImageFiles.read(folder))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("has no test-images-idx3-ubyte.gz");
    }

    @Test
    void refusesLabelsThatAreNotAsManyAsImages() throws IOException {
        IdxFixtures.twoImages(folder);
        writeLabels(IdxFixtures.LABELS_MAGIC, 1, new byte[1]);
        assertThatThrownBy(() -> ImageFiles.read(folder)).hasMessageContaining("holds 2 images, but 1 labels");
    }

    @Test
    void refusesAFileOfAnotherKind() throws IOException {
        IdxFixtures.twoImages(folder);
        writeLabels(IdxFixtures.IMAGES_MAGIC, 2, new byte[2]);
        assertThatThrownBy(() -> ImageFiles.read(folder))
                .hasMessageContaining("its magic number is 2051 (expected: 2049)");
    }

    @Test
    void refusesAFileThatIsShorterOrLongerThanItsHeaderSays() throws IOException {
        IdxFixtures.twoImages(folder);
        writeLabels(IdxFixtures.LABELS_MAGIC, 2, new byte[1]);
        assertThatThrownBy(() -> ImageFiles.read(folder)).hasMessageContaining("promises 2 bytes, but there are 1");
        writeLabels(IdxFixtures.LABELS_MAGIC, 2, new byte[3]);
        assertThatThrownBy(() -> ImageFiles.read(folder)).hasMessageContaining("promises 2 bytes, but there are more");
    }

    @Test
    void refusesAHeaderThatPromisesMoreThanCouldBeHeld() throws IOException {
        IdxFixtures.twoImages(folder);
        writeLabels(IdxFixtures.LABELS_MAGIC, Integer.MAX_VALUE, new byte[0]);
        assertThatThrownBy(() -> ImageFiles.read(folder)).hasMessageContaining("promises 2147483647 bytes");
        writeLabels(IdxFixtures.LABELS_MAGIC, -5, new byte[0]);
        assertThatThrownBy(() -> ImageFiles.read(folder)).hasMessageContaining("size of its dimension 0 is -5");
    }

    @Test
    void refusesAFileThatIsNotCompressed() throws IOException {
        IdxFixtures.twoImages(folder);
        Files.write(folder.resolve("test-labels-idx1-ubyte.gz"), new byte[] {1, 2, 3, 4});
        assertThatThrownBy(() -> ImageFiles.read(folder)).hasMessageContaining("it cannot be read");
    }

    private void writeLabels(int magic, int count, byte[] labels) throws IOException {
        IdxFixtures.write(folder.resolve("test-labels-idx1-ubyte.gz"), magic, new int[] {count}, labels);
    }
}
