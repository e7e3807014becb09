package io.tiergate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cli.Terminal;
import io.tiergate.local.Part;
import io.tiergate.model.ModelRepository;
import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.FinalVerdict;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.VerdictSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README shows is what the demo prints, but for the figures, which no two runs have in common. */
class ShownOutputTest {
    private static final Path HOME = Path.of("..");
    private static final Pattern BLOCK = Pattern.compile("^```\\w*\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern PACKAGE = Pattern.compile("[a-z0-9-]+/\\d+@sha256:[0-9a-f]+");
    private static final Pattern NUMBER = Pattern.compile("\\d[\\d,.]*\\d|\\d");

    @Test
    void theResultOfTheReplayIsShownAsItIsPrinted() throws IOException {
        StringWriter printed = new StringWriter();
        Map<Part, Integer> restarts = new EnumMap<>(Part.class);
        Stream.of(Part.values()).forEach(part -> restarts.put(part, 0));

        ResultTable.print(Reports.successful(), "parts", restarts, new Terminal(new PrintWriter(printed), false));

        assertThat(shape(shown("  requests "))).containsExactlyElementsOf(shape(printed.toString()));
    }

    @Test
    void theShownPackagesAreTheCommittedOnes() throws IOException {
        List<String> committed = ModelRepository.list(HOME.resolve("parts/models")).packages().stream()
                .map(each -> each + "@" + each.digest())
                .toList();

        assertThat(PACKAGE.matcher(shown("  requests ")).results().map(MatchResult::group))
                .as("packages in the README: run ./tiergate demo again and show what it prints")
                .hasSize(2)
                .isSubsetOf(committed);
    }

    @Test
    void aPicturesFateIsShownAsItIsPrinted() throws IOException {
        PictureOutcome outcome = new PictureOutcome(
                SampleResult.newBuilder()
                        .setDecision(Decision.DECISION_ESCALATED)
                        .setEdge(EdgePrediction.newBuilder().setLabel("crack"))
                        .build(),
                Optional.of(Escalation.newBuilder()
                        .setState(EscalationState.ESCALATION_STATE_VERDICT)
                        .setVerdict(FinalVerdict.newBuilder()
                                .setLabel("crack")
                                .setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE))
                        .build()));
        StringWriter printed = new StringWriter();

        outcome.print(Path.of("crack.png"), new Terminal(new PrintWriter(printed), false));

        assertThat(shape(shown("  The edge says"))).containsExactlyElementsOf(shape(printed.toString()));
    }

    /** The README's block of output that has this in it. */
    private static String shown(String words) throws IOException {
        return BLOCK.matcher(Files.readString(HOME.resolve("README.md")))
                .results()
                .map(block -> block.group(1))
                .filter(block -> block.contains(words))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no block in the README has '" + words + "'"));
    }

    /** The lines with letters in them, each number and each package replaced by a sign for it. */
    private static List<String> shape(String text) {
        return text.lines()
                .filter(line -> !line.isBlank())
                .map(line -> PACKAGE.matcher(line).replaceAll("PACKAGE"))
                .map(line -> NUMBER.matcher(line).replaceAll("N"))
                .toList();
    }
}
