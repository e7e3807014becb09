package io.tiergate.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestModelsTest {
    private static final Path SOURCE = Path.of("src/test/resources/models");

    @TempDir
    private Path target;

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "kinds", "fragile", "broken"})
    void theCopyHasEveryFileOfTheRepository(String repository) throws IOException {
        TestModels.copyTo(repository, target);

        List<Path> files = filesBelow(SOURCE.resolve(repository));
        assertThat(filesBelow(target)).isEqualTo(files).isNotEmpty();
        for (Path file : files) {
            assertThat(target.resolve(file))
                    .hasSameBinaryContentAs(SOURCE.resolve(repository).resolve(file));
        }
    }

    @Test
    void everyModelIsSmall() throws IOException {
        for (Path file : filesBelow(SOURCE)) {
            if (file.getNameCount() > 1) {
                assertThat(Files.size(SOURCE.resolve(file))).as(file.toString()).isLessThan(2048);
            }
        }
    }

    @Test
    void oneModelCanBeCopiedAlone() throws IOException {
        TestModels.copyTo("tiny", "tiny-plain", target);

        assertThat(filesBelow(target)).containsExactly(Path.of("tiny-plain/1/model.onnx"));
    }

    @Test
    void whatDoesNotExistIsTold() {
        assertThatThrownBy(() -> TestModels.copyTo("huge", target))
                .hasMessage("test model repository huge does not exist (expected: tiny, kinds, fragile or broken)");
        assertThatThrownBy(() -> TestModels.copyTo("tiny", "huge", target))
                .hasMessageStartingWith("test model tiny/huge does not exist");
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        TestModels.copyTo("tiny", target);

        assertThatThrownBy(() -> TestModels.copyTo("tiny", target)).isInstanceOf(FileAlreadyExistsException.class);
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile)
                    .map(folder::relativize)
                    .sorted()
                    .toList();
        }
    }
}
