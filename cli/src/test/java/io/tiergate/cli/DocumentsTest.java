package io.tiergate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tiergate.model.ModelRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands that documents show exist, with the options they are shown with, and shown manifests are manifests. */
class DocumentsTest {
    private static final Path HOME = Path.of("..");
    private static final String COMMAND = "    ./tiergate ";
    private static final Pattern CALL = Pattern.compile("  rpc (\\w+)\\(");

    static List<String> shownCommands() throws IOException {
        return List.of("README.md", "docs/own-model.md", "docs/api.md", "docs/gate.md", "docs/outbox.md").stream()
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

    static List<String> shownManifests() throws IOException {
        return Pattern.compile("^```yaml\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(Files.readString(HOME.resolve("README.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("shownManifests")
    void aShownManifestIsAccepted(String manifest, @TempDir Path repository) throws IOException {
        String name = manifest.lines().findFirst().orElseThrow().substring("name: ".length());
        Path folder = repository.resolve(name).resolve("1");
        Files.createDirectories(folder.resolve("members"));
        Files.writeString(folder.resolve("model.yaml"), manifest);
        for (String file : List.of("model.onnx", "members/a.onnx", "members/b.onnx")) {
            Files.createFile(folder.resolve(file));
        }

        ModelRepository.Listing listing = ModelRepository.list(repository);

        assertThat(listing.refusals()).isEmpty();
        assertThat(listing.packages()).hasSize(1);
    }

    @Test
    void theReadmeShowsTheTwoCommandsThatANewcomerNeedsEachOnALineOfItsOwn() {
        assertThat(lines("README.md")).contains("    ./tiergate demo", "    ./tiergate test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inference/open_inference.proto", "tiergate/v1/tiered_inference.proto"})
    void theApiPageHasARowForEveryCall(String proto) {
        List<String> calls = lines("proto/src/main/proto/" + proto).stream()
                .map(CALL::matcher)
                .filter(Matcher::lookingAt)
                .map(call -> call.group(1))
                .toList();
        String page = String.join("\n", lines("docs/api.md"));
        assertThat(calls).isNotEmpty().allSatisfy(call -> assertThat(page).contains("\n| `" + call + "` |"));
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
