package io.tiergate.parts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.parts.idx.IdxFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartsMainTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void writesEachSetFromItsOwnSeedAndLot() throws IOException {
        Path data = folder.resolve("made/by/it");

        assertThat(run(data.toString(), "train:3:1", "test:2:5:dust:0.5")).isZero();

        assertThat(IdxFiles.read(data, "train"))
                .isEqualTo(new PartGenerator(1, Lot.NORMAL).parts().limit(3).toList());
        assertThat(IdxFiles.read(data, "test"))
                .isEqualTo(new PartGenerator(5, Lot.dustOnLens(0.5))
                        .parts()
                        .limit(2)
                        .toList());
        assertThat(text(out)).contains("test: 2 parts, seed 5, lot dust:0.5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train         | set: train (expected: NAME:COUNT:SEED or NAME:COUNT:SEED:LOT",
                "train:few:1   | set: train:few:1 (expected: NAME:COUNT:SEED or NAME:COUNT:SEED:LOT",
                "train:0:1     | count of set train: 0 (expected: 1 or more)",
                "../up:1:1     | set name: '../up' (expected: lower-case letters, digits and dashes",
                "train:1:1:fog | lot: fog (expected: normal, or lamp, dust or supplier"
            })
    void aSetThatCannotBeReadIsWrongUsageInOneLine(String set, String start) {
        assertThat(run(folder.toString(), "calibration:1:1", set)).isEqualTo(2);

        assertThat(text(err)).startsWith(start).hasLineCount(1);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void withoutSetsItTellsItsUsage() {
        assertThat(run(folder.toString())).isEqualTo(2);
        assertThat(text(err)).startsWith("Usage: ");

        assertThat(run("--help")).isZero();
        assertThat(text(out)).isEqualTo(text(err));
    }

    @Test
    void aFolderThatCannotBeWrittenIsAFailure() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");

        assertThat(run(file.toString(), "train:1:1")).isEqualTo(1);
        assertThat(text(err)).startsWith("cannot write: ");
    }

    private int run(String... arguments) {
        return PartsMain.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
