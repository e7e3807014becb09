package io.tiergate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.ensemble.Adjudication;
import io.tiergate.ensemble.Combination;
import io.tiergate.gate.Activation;
import io.tiergate.gate.Confidence;
import io.tiergate.gate.GateRules;
import io.tiergate.gate.Score;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {
    private static final String EDGE = """
            name: inspection
            task: classification
            input: { name: images, layout: NCHW }
            output: { name: logits, activation: softmax }
            labels: [ok, scratch, dent]
            confidence: { score: margin, temperature: 1.04 }
            gate: { policy: fixed, threshold: 0.74, audit-rate: 0.01 }
            escalation: { to: inspection-ensemble, payload: input }
            display: { kind: image, layout: NCHW, range: [0, 1] }
            lineage: { parent: none, data: { images: 10 }, metrics: { accuracy: 0.9 } }
            """;
    private static final String ENSEMBLE = """
            name: inspection
            kind: ensemble
            task: classification
            input: { name: images, layout: NCHW }
            output: { name: logits, activation: softmax }
            labels: [ok, scratch, dent]
            members:
              - { file: members/a.onnx, weight: 2.0, temperature: 1.5, deadline-ms: 500 }
              - { file: members/b.onnx }
            combine: log-opinion
            quorum: 1
            adjudication: { max-entropy: 1.26, min-confidence: 0.4, unanimous: true }
            """;

    @TempDir
    private Path folder;

    @Test
    void everyKeyOfAnEdgeModelIsRead() throws Exception {
        assertThat(read(EDGE))
                .isEqualTo(new EdgeManifest(
                        "inspection",
                        List.of("images"),
                        "logits",
                        List.of("ok", "scratch", "dent"),
                        new Confidence(Score.Formula.MARGIN, 1.04, Activation.SOFTMAX),
                        Optional.of(GateRules.fixed(0.74, 0.01)),
                        Optional.of(new EdgeManifest.Escalation("inspection-ensemble", new Payload.Input())),
                        Optional.empty(),
                        Optional.of(new Display(
                                Optional.empty(),
                                new Display.Image(
                                        Optional.of(Display.ImageLayout.NCHW),
                                        Optional.of(new Display.Range(0, 1)))))));
    }

    @Test
    void everyKeyOfAnEnsembleIsRead() throws Exception {
        assertThat(read(ENSEMBLE))
                .isEqualTo(new EnsembleManifest(
                        "inspection",
                        List.of("images"),
                        "logits",
                        Activation.SOFTMAX,
                        List.of("ok", "scratch", "dent"),
                        List.of(
                                new EnsembleManifest.Member(
                                        "members/a.onnx", 2, 1.5, Optional.of(Duration.ofMillis(500))),
                                new EnsembleManifest.Member("members/b.onnx", 1, 1, Optional.empty())),
                        Combination.LOG_OPINION,
                        1,
                        new Adjudication(OptionalDouble.of(1.26), OptionalDouble.of(0.4), true),
                        Optional.empty()));
    }

    @Test
    void whatIsLeftOutHasItsDefault() throws Exception {
        String shortest = """
                name: inspection
                input: { name: images }
                output: { name: logits }
                labels: [ok, dent]
                """;
        EdgeManifest edge = (EdgeManifest) read(shortest);
        EnsembleManifest ensemble =
                (EnsembleManifest) read(shortest + "kind: ensemble\nmembers: [{ file: a.onnx }, { file: b.onnx }]\n");

        assertThat(edge.confidence()).isEqualTo(new Confidence(Score.Formula.MARGIN, 1, Activation.SOFTMAX));
        assertThat(edge.gate()).isEmpty();
        assertThat(edge.escalation()).isEmpty();
        assertThat(ensemble.combination()).isEqualTo(Combination.SOFT_VOTE);
        assertThat(ensemble.quorum()).isEqualTo(2);
        assertThat(ensemble.adjudication())
                .isEqualTo(new Adjudication(OptionalDouble.empty(), OptionalDouble.empty(), false));
    }

    @Test
    void aModelOfSeveralInputsListsThem() throws Exception {
        String several = "input: [{ name: ids }, { name: mask }]";
        EdgeManifest edge = (EdgeManifest) read(changed(EDGE, "input: { name: images, layout: NCHW }", several));
        EnsembleManifest ensemble =
                (EnsembleManifest) read(changed(ENSEMBLE, "input: { name: images, layout: NCHW }", several));

        assertThat(edge.inputNames()).containsExactly("ids", "mask");
        assertThat(ensemble.inputNames()).containsExactly("ids", "mask");
    }

    @Test
    void theInputIsSentUnlessTheManifestNamesAnOutputOrNothing() throws Exception {
        assertThat(payload(EDGE)).isEqualTo(new Payload.Input());
        assertThat(payload(changed(EDGE, ", payload: input", ""))).isEqualTo(new Payload.Input());
        assertThat(payload(changed(EDGE, "payload: input", "payload: 'output:features'")))
                .isEqualTo(new Payload.Output("features"));
        assertThat(payload(changed(EDGE, "payload: input", "payload: none"))).isEqualTo(new Payload.None());
    }

    @Test
    void theScoreMayBeAnOutputOfTheModel() throws Exception {
        EdgeManifest edge = (EdgeManifest) read(changed(EDGE, "score: margin", "score: 'output:how sure'"));

        assertThat(edge.confidence().score()).isEqualTo(new Score.Output("how sure"));
    }

    @Test
    void aPayloadIsNamedAsTheManifestWritesIt() throws Exception {
        for (String word : List.of("input", "output:features", "none")) {
            assertThat(payload(changed(EDGE, "payload: input", "payload: '" + word + "'"))
                            .word())
                    .isEqualTo(word);
        }
    }

    @Test
    void labelsMayStandInATextFile() throws Exception {
        Files.writeString(folder.resolve("labels.txt"), "ok\n  scratch \n\ndent\n");

        assertThat(read(EDGE.replace("[ok, scratch, dent]", "labels.txt")).labels())
                .containsExactly("ok", "scratch", "dent");
    }

    /** Every case changes one text of a good manifest and gives the whole sentence, without the file's name before it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name: inspection | name: other | name: other (expected: inspection, as its folder is called)",
                "name: inspection | # | name is missing",
                "task: classification | task: detection | task: detection (expected: classification)",
                "input: { name: images, layout: NCHW } | # | input is missing",
                "{ name: images, layout: NCHW } | { layout: NCHW } | input.name is missing",
                "{ name: images, layout: NCHW } | [] | input: none (expected: { name: ... }, or a list of those)",
                "{ name: images, layout: NCHW } | [{ name: images }, { layout: NCHW }] | input.name is missing",
                "{ name: images, layout: NCHW } | [{ name: images }, ~] | input.name is missing",
                "{ name: images, layout: NCHW } | [{ name: images }, { name: images }] | input: [images, images] (expected: all different)",
                "{ name: images, layout: NCHW } | [{ name: images }, { nam: mask }] | unknown key 'nam' in input; did you mean 'name'? (known there: layout, name)",
                "output: { name: logits, activation: softmax } | # | output is missing",
                "{ name: logits, activation: softmax } | { activation: softmax } | output.name is missing",
                "activation: softmax | activation: relu | output.activation: relu (expected: softmax, sigmoid, none)",
                "labels: [ok, scratch, dent] | # | labels is missing",
                "labels: [ok, scratch, dent] | labels: [ok] | labels: [ok] (expected: two or more)",
                "labels: [ok, scratch, dent] | labels: [ok, dent, ok] | labels: [ok, dent, ok] (expected: all different)",
                "labels: [ok, scratch, dent] | labels: classes.txt | labels: classes.txt (expected: a list, or a text file in the package with one label a line)",
                "labels: [ok, scratch, dent] | labels: ../../etc/labels.txt | labels: ../../etc/labels.txt (expected: a list, or a text file in the package with one label a line)",
                "labels: [ok, scratch, dent] | labels: [ok, { scratch: 1 }] | labels: {\"scratch\":1} (expected: a text)",
                "labels: [ok, scratch, dent] | labels: [ok, ~] | labels: null (expected: a text)",
                "score: margin | score: softmax | confidence.score: softmax (expected: max-softmax, margin, entropy, energy or output:<name>)",
                "score: margin | score: 'output:' | confidence.score: output: (expected: max-softmax, margin, entropy, energy or output:<name>)",
                "temperature: 1.04 | temperature: 0 | temperature: 0.0 (expected: a number above 0; 1.0 changes nothing)",
                "activation: softmax | activation: none | confidence: energy and temperature need logits (output.activation: none says that the model gives probabilities)",
                "policy: fixed | policy: random | gate.policy: random (expected: fixed, risk or budget)",
                "threshold: 0.74, |  | gate.threshold is missing",
                "threshold: 0.74 | threshold: 1e999 | threshold: Infinity (expected: a finite number)",
                "audit-rate: 0.01 | audit-rate: 5 | audit-rate: 5.0 (expected: 0.0 to 1.0, or auto). It is a probability; for 1 % write 0.01.",
                "to: inspection-ensemble, |  | escalation.to is missing",
                "payload: input | payload: everything | escalation.payload: everything (expected: input, output:<name> or none)",
                "payload: input | payload: 'output:' | escalation.payload: output: (expected: input, output:<name> or none)",
                "payload: input | payload: None | escalation.payload: None (expected: input, output:<name> or none)",
                "task: classification | quorum: 2 | members, combine, quorum and adjudication belong to an ensemble; add 'kind: ensemble' if it is one",
                "task: classification | kind: forest | kind: forest (expected: ensemble, or no kind at all)"
            })
    void aBrokenEdgeManifestIsRefusedInOneSentence(String text, String replacement, String sentence) {
        refuses(changed(EDGE, text, replacement), sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "quorum: 1 | quorum: 3 | quorum: 3 (expected: 1 to 2, the number of members)",
                "quorum: 1 | quorum: 0 | quorum: 0 (expected: 1 to 2, the number of members)",
                "combine: log-opinion | combine: average | combine: average (expected: soft-vote, log-opinion, majority)",
                "max-entropy: 1.26 | max-entropy: -1 | max-entropy: -1.0 (expected: 0 or more, in nats)",
                "min-confidence: 0.4 | min-confidence: 40 | min-confidence: 40.0 (expected: 0.0 to 1.0)",
                "weight: 2.0 | weight: 0 | members.weight: 0.0 of members/a.onnx (expected: a number above 0)",
                "temperature: 1.5 | temperature: 1e999 | members.temperature: Infinity of members/a.onnx (expected: a number above 0)",
                "deadline-ms: 500 | deadline-ms: 0 | members.deadline-ms: 0 of members/a.onnx (expected: 1 or more, in milliseconds)",
                "file: members/b.onnx | weight: 1 | members.file is missing",
                "file: members/b.onnx | file: ../other/1/b.onnx | members.file: ../other/1/b.onnx (expected: a file inside the package)",
                "file: members/b.onnx | file: /etc/passwd | members.file: /etc/passwd (expected: a file inside the package)",
                "file: members/b.onnx | file: members/../../b.onnx | members.file: members/../../b.onnx (expected: a file inside the package)",
                "task: classification | gate: { policy: fixed, threshold: 1 } | confidence, gate and escalation belong to an edge model, not to an ensemble"
            })
    void aBrokenEnsembleManifestIsRefusedInOneSentence(String text, String replacement, String sentence) {
        refuses(changed(ENSEMBLE, text, replacement), sentence);
    }

    @Test
    void anEnsembleNeedsMembers() {
        String without = ENSEMBLE.replaceAll("  - .*\n", "").replace("quorum: 1\n", "");

        refuses(without.replace("members:\n", ""), "members is missing");
        refuses(without.replace("members:", "members: []"), "members: none (expected: at least one)");
    }

    @Test
    void anUnknownKeyIsRefusedWithTheNearestOneThatIsKnown() {
        refuses(
                changed(EDGE, "threshold:", "treshold:"),
                "unknown key 'treshold' in gate; did you mean 'threshold'? (known there: audit-rate, class-thresholds, confidence, learn-correction, max-bytes-per-day, max-escalation-rate, policy, preset, stratified-audits, target-risk, threshold, yields)");
        refuses(
                changed(EDGE, "labels:", "label:"),
                "unknown key 'label'; did you mean 'labels'? (known there: adjudication, combine, confidence, display,"
                        + " escalation, gate, input, kind, labels, lineage, members, name, output, preprocess, quorum, task)");
        refuses(
                changed(EDGE, "audit-rate:", "auditRate:"),
                "unknown key 'auditRate' in gate; did you mean 'audit-rate'? (known there: audit-rate, class-thresholds, confidence, learn-correction, max-bytes-per-day, max-escalation-rate, policy, preset, stratified-audits, target-risk, threshold, yields)");
        refuses(
                changed(ENSEMBLE, "weight:", "wieght:"),
                "unknown key 'wieght' in members; did you mean 'weight'? (known there: deadline-ms, file, temperature, weight)");
    }

    @Test
    void theSameKeyTwiceIsRefused() {
        refusesStarting(EDGE + "labels: [x, y]\n", "is no YAML: Duplicate field 'labels' in line 11");
    }

    @Test
    void aNumberThatIsNoneIsRefusedWithItsPlace() {
        assertThatThrownBy(() -> read(changed(EDGE, "threshold: 0.74", "threshold: high")))
                .isInstanceOf(RefusedPackageException.class)
                .hasMessageContaining("high")
                .hasMessageEndingWith("in gate.threshold in line 7");
    }

    @Test
    void aQuorumIsAWholeNumber() {
        assertThatThrownBy(() -> read(changed(ENSEMBLE, "quorum: 1", "quorum: 1.5")))
                .isInstanceOf(RefusedPackageException.class)
                .hasMessageEndingWith("in quorum in line 11");
    }

    @Test
    void aSecondDocumentInTheFileIsNotIgnored() {
        assertThatThrownBy(() -> read(EDGE + "---\ngate: { policy: fixed, threshold: 0.99 }\n"))
                .isInstanceOf(RefusedPackageException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n# only a comment\n", "---\n", "null"})
    void anEmptyManifestIsRefused(String text) {
        refuses(text, "is empty");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "just words",
                "42",
                "[a, b]",
                "name: [",
                "name: {a: b}",
                "\t- :",
                "name: *nowhere",
                "a\u0001b",
                "!!java.io.File [x]"
            })
    void whatIsNoManifestIsRefusedInOneLine(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(RefusedPackageException.class)
                .hasMessageStartingWith("model.yaml: ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void hostileNestingIsRefused() {
        assertThatThrownBy(() -> read("labels: " + "[".repeat(100_000))).isInstanceOf(RefusedPackageException.class);
        assertThatThrownBy(() -> read("lineage: " + "{a: ".repeat(100_000)))
                .isInstanceOf(RefusedPackageException.class);
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws Exception {
        Files.write(folder.resolve("model.yaml"), new byte[] {'n', (byte) 0xff, (byte) 0xfe});

        assertThatThrownBy(() -> ManifestReader.read(folder.resolve("model.yaml"), "inspection"))
                .isInstanceOf(RefusedPackageException.class)
                .hasMessage("model.yaml: is not UTF-8 text");
    }

    private void refuses(String manifest, String sentence) {
        assertThatThrownBy(() -> read(manifest))
                .isInstanceOf(RefusedPackageException.class)
                .hasMessage("model.yaml: " + sentence);
    }

    private void refusesStarting(String manifest, String start) {
        assertThatThrownBy(() -> read(manifest))
                .isInstanceOf(RefusedPackageException.class)
                .hasMessageStartingWith("model.yaml: " + start);
    }

    private static String changed(String manifest, String text, String replacement) {
        assertThat(manifest).contains(text);
        return manifest.replace(text, replacement == null ? "" : replacement);
    }

    private Payload payload(String manifest) throws Exception {
        return ((EdgeManifest) read(manifest)).escalation().orElseThrow().payload();
    }

    private Manifest read(String manifest) throws Exception {
        Path file = Files.writeString(folder.resolve("model.yaml"), manifest);
        return ManifestReader.read(file, "inspection");
    }
}
