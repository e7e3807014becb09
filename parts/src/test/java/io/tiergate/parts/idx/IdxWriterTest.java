package io.tiergate.parts.idx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.parts.GreyImage;
import io.tiergate.parts.Part;
import io.tiergate.parts.PartClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxWriterTest {
    private static final Part WIDE = new Part(PartClass.STAIN, new GreyImage(3, 2, new byte[] {0, 1, 2, 3, -2, -1}));
    private static final Part TALL = new Part(PartClass.OK, new GreyImage(2, 3, new byte[6]));

    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        List<Part> parts = List.of(WIDE, new Part(PartClass.OK, new GreyImage(3, 2, new byte[6])));

        IdxWriter.write(folder, "calibration", parts.stream(), 2);

        assertThat(IdxFiles.read(folder, "calibration")).isEqualTo(parts);
    }

    @Test
    void theSamePartsAreTheSameBytes() throws IOException {
        IdxWriter.write(folder, "one", List.of(WIDE).stream(), 1);
        IdxWriter.write(folder, "other", List.of(WIDE).stream(), 1);

        assertThat(Files.readAllBytes(folder.resolve("one-images-idx3-ubyte.gz")))
                .isEqualTo(Files.readAllBytes(folder.resolve("other-images-idx3-ubyte.gz")));
    }

    @Test
    void fewerPartsThanPromisedAreRefused() {
        assertThatThrownBy(() -> IdxWriter.write(folder, "test", List.of(WIDE).stream(), 2))
                .hasMessage("parts: 1 (expected: 2 or more)");
        assertThatThrownBy(() -> IdxWriter.write(folder, "test", List.of(WIDE).stream(), 0))
                .hasMessage("count: 0 (expected: 1 or more)");
    }

    @Test
    void partsOfDifferentSizesAreRefused() {
        assertThatThrownBy(() -> IdxWriter.write(folder, "test", List.of(WIDE, TALL).stream(), 2))
                .hasMessage("part 1: image of 2x3 (expected: 3x2, as the first)");
    }
}
