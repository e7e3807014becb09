package io.tiergate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The commands that documents show exist, with the options they are shown with. */
class DocumentsTest {
    private static final Path HOME = Path.of("..");
    private static final String COMMAND = "    ./tiergate ";

    static List<String> shownCommands() throws IOException {
        return List.of("README.md", "docs/own-model.md").stream()
                .flatMap(document -> lines(document).stream())
                .filter(line -> line.startsWith(COMMAND))
                .map(line -> line.substring(COMMAND.length()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("shownCommands")
    void aShownCommandIsUnderstood(String command) {
        CommandLine tiergate = Tiergate.commandLine();
        assertThatCode(() -> tiergate.parseArgs(command.split(" ", -1))).doesNotThrowAnyException();
    }

    @Test
    void theReadmeShowsTheTwoCommandsThatANewcomerNeedsEachOnALineOfItsOwn() {
        assertThat(lines("README.md")).contains("    ./tiergate demo", "    ./tiergate test");
    }

    @Test
    void noDocumentLeansOnFilesOutsideTheRepository() throws IOException {
        try (var documents = Files.walk(HOME.resolve("docs"))) {
            List<Path> all = documents.filter(Files::isRegularFile).toList();
            assertThat(all)
                    .isNotEmpty()
                    .allSatisfy(document -> assertThat(document).content().doesNotContain("../shared"));
        }
        assertThat(HOME.resolve("README.md")).content().doesNotContain("../shared");
    }

    private static List<String> lines(String document) {
        try {
            return Files.readAllLines(HOME.resolve(document));
        } catch (IOException e) {
            throw new AssertionError(document + " cannot be read", e);
        }
    }
}
