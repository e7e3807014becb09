package io.tiergate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cli.data.IdxFixtures;
import io.tiergate.cli.data.ImageFiles;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepeatedImagesTest {
    @Test
    void startsFromTheFirstImageAgainAfterTheLast(@TempDir Path folder) throws IOException {
        LabeledImages images =
                new RepeatedImages(ImageFiles.read(IdxFixtures.twoImages(folder, "test"), "test", "--data"));
        assertThat(images.image(1)).containsExactly(10, 11, 12, 13, 14, 15);
        assertThat(images.image(2)).isEqualTo(images.image(0));
        assertThat(images.label(2)).isEqualTo(1);
        assertThat(images.label(3)).isZero();
    }
}
