package io.tiergate.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiergate.ensemble.Adjudication;
import io.tiergate.ensemble.Combination;
import io.tiergate.gate.Activation;
import io.tiergate.gate.Confidence;
import io.tiergate.gate.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/** Checks the rules of {@code model.yaml} and turns it into a manifest. */
final class ManifestReader {
    private final Path file;

    private ManifestReader(Path file) {
        this.file = file;
    }

    /**
     * @param model the folder's name, which the manifest must bear too
     */
    static Manifest read(Path file, String model) throws RefusedPackageException, IOException {
        return new ManifestReader(file).read(model);
    }

    private Manifest read(String model) throws RefusedPackageException, IOException {
        ManifestDocument document = ManifestParser.parse(file);
        require(document.name(), "name");
        if (!document.name().equals(model)) {
            throw refused("name: %s (expected: %s, as its folder is called)", document.name(), model);
        }
        if (document.task() != null && !document.task().equals("classification")) {
            throw refused("task: %s (expected: classification)", document.task());
        }
        List<String> inputNames = InputReader.names(document);
        require(document.output(), "output");
        require(document.output().name(), "output.name");
        try {
            return switch (Objects.requireNonNullElse(document.kind(), "model")) {
                case "model" -> edge(document, inputNames);
                case "ensemble" -> ensemble(document, inputNames);
                default -> throw refused("kind: %s (expected: ensemble, or no kind at all)", document.kind());
            };
        } catch (IllegalArgumentException e) {
            throw refused("%s", e.getMessage());
        }
    }

    private EdgeManifest edge(ManifestDocument document, List<String> inputNames)
            throws RefusedPackageException, IOException {
        if (document.members() != null
                || document.combine() != null
                || document.quorum() != null
                || document.adjudication() != null) {
            throw refused(
                    "members, combine, quorum and adjudication belong to an ensemble; add 'kind: ensemble' if it is one");
        }
        var section =
                Objects.requireNonNullElse(document.confidence(), new ManifestDocument.ConfidenceSection(null, null));
        Score score = score(Objects.requireNonNullElse(section.score(), Score.Formula.MARGIN.word()));
        Confidence confidence =
                new Confidence(score, Objects.requireNonNullElse(section.temperature(), 1.0), activation(document));
        if (confidence.activation() == Activation.NONE
                && (score == Score.Formula.ENERGY || confidence.temperature() != 1)) {
            throw refused(
                    "confidence: energy and temperature need logits (output.activation: none says that the model gives probabilities)");
        }
        return new EdgeManifest(
                document.name(),
                inputNames,
                document.output().name(),
                labels(document),
                confidence,
                GateReader.read(document.gate()),
                document.escalation() == null ? Optional.empty() : Optional.of(escalation(document.escalation())),
                PreprocessReader.read(document),
                DisplayReader.read(document));
    }

    private static Score score(String word) throws RefusedPackageException {
        return Score.of(word).orElseThrow(() -> refused("confidence.score: %s (expected: %s)", word, Score.words()));
    }

    private EdgeManifest.Escalation escalation(ManifestDocument.EscalationSection escalation)
            throws RefusedPackageException {
        require(escalation.to(), "escalation.to");
        String payload = Objects.requireNonNullElse(escalation.payload(), "input");
        return new EdgeManifest.Escalation(escalation.to(), payload(payload));
    }

    private static Payload payload(String word) throws RefusedPackageException {
        if (word.equals("input")) {
            return new Payload.Input();
        }
        if (word.equals("none")) {
            return new Payload.None();
        }
        if (word.startsWith("output:") && word.length() > "output:".length()) {
            return new Payload.Output(word.substring("output:".length()));
        }
        throw refused("escalation.payload: %s (expected: input, output:<name> or none)", word);
    }

    private EnsembleManifest ensemble(ManifestDocument document, List<String> inputNames)
            throws RefusedPackageException, IOException {
        if (document.confidence() != null || document.gate() != null || document.escalation() != null) {
            throw refused("confidence, gate and escalation belong to an edge model, not to an ensemble");
        }
        if (document.preprocess() != null) {
            throw refused("preprocess belongs to an edge model, not to an ensemble, which is sent tensors");
        }
        require(document.members(), "members");
        if (document.members().isEmpty()) {
            throw refused("members: none (expected: at least one)");
        }
        List<EnsembleManifest.Member> members = new java.util.ArrayList<>();
        for (ManifestDocument.MemberSection member : document.members()) {
            members.add(member(member));
        }
        int quorum = Objects.requireNonNullElse(document.quorum(), members.size());
        if (quorum < 1 || quorum > members.size()) {
            throw refused("quorum: %d (expected: 1 to %d, the number of members)", quorum, members.size());
        }
        Combination combination = ManifestParser.word(
                Combination.values(),
                Combination::word,
                Objects.requireNonNullElse(document.combine(), Combination.SOFT_VOTE.word()),
                "combine");
        return new EnsembleManifest(
                document.name(),
                inputNames,
                document.output().name(),
                activation(document),
                labels(document),
                members,
                combination,
                quorum,
                adjudication(document.adjudication()),
                DisplayReader.read(document));
    }

    private EnsembleManifest.Member member(ManifestDocument.MemberSection member) throws RefusedPackageException {
        require(member.file(), "members.file");
        Path inside = file.resolveSibling(member.file()).normalize();
        if (!inside.startsWith(file.getParent().normalize())) {
            throw refused("members.file: %s (expected: a file inside the package)", member.file());
        }
        double weight = Objects.requireNonNullElse(member.weight(), 1.0);
        double temperature = Objects.requireNonNullElse(member.temperature(), 1.0);
        if (!(weight > 0 && Double.isFinite(weight))) {
            throw refused("members.weight: %s of %s (expected: a number above 0)", weight, member.file());
        }
        if (!(temperature > 0 && Double.isFinite(temperature))) {
            throw refused("members.temperature: %s of %s (expected: a number above 0)", temperature, member.file());
        }
        if (member.deadlineMs() != null && member.deadlineMs() < 1) {
            throw refused(
                    "members.deadline-ms: %d of %s (expected: 1 or more, in milliseconds)",
                    member.deadlineMs(), member.file());
        }
        return new EnsembleManifest.Member(
                member.file(),
                weight,
                temperature,
                Optional.ofNullable(member.deadlineMs()).map(Duration::ofMillis));
    }

    private static Adjudication adjudication(ManifestDocument.AdjudicationSection section) {
        if (section == null) {
            return new Adjudication(OptionalDouble.empty(), OptionalDouble.empty(), false);
        }
        return new Adjudication(
                section.maxEntropy() == null ? OptionalDouble.empty() : OptionalDouble.of(section.maxEntropy()),
                section.minConfidence() == null ? OptionalDouble.empty() : OptionalDouble.of(section.minConfidence()),
                Boolean.TRUE.equals(section.unanimous()));
    }

    private Activation activation(ManifestDocument document) throws RefusedPackageException {
        return ManifestParser.word(
                Activation.values(),
                activation -> activation.name().toLowerCase(java.util.Locale.ROOT),
                Objects.requireNonNullElse(document.output().activation(), "softmax"),
                "output.activation");
    }

    private List<String> labels(ManifestDocument document) throws RefusedPackageException, IOException {
        require(document.labels(), "labels");
        List<String> labels;
        if (document.labels().isArray()) {
            labels = new java.util.ArrayList<>();
            for (JsonNode label : document.labels()) {
                if (!label.isValueNode() || label.isNull()) {
                    throw refused("labels: %s (expected: a text)", label);
                }
                labels.add(label.asText());
            }
        } else {
            Path listed = file.resolveSibling(document.labels().asText()).normalize();
            if (!listed.startsWith(file.getParent().normalize()) || !Files.isRegularFile(listed)) {
                throw refused(
                        "labels: %s (expected: a list, or a text file in the package with one label a line)",
                        document.labels().asText());
            }
            labels = ManifestParser.text(listed)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        }
        if (labels.size() < 2) {
            throw refused("labels: %s (expected: two or more)", labels);
        }
        for (String label : labels) {
            if (label.isEmpty() || label.contains(",") || label.chars().anyMatch(Character::isISOControl)) {
                throw refused(
                        "labels: '%s' (expected: a text without commas, which separate the rows of a batch in responses)",
                        label);
            }
        }
        if (new HashSet<>(labels).size() < labels.size()) {
            throw refused("labels: %s (expected: all different)", labels);
        }
        return labels;
    }

    private void require(Object value, String key) throws RefusedPackageException {
        if (value == null) {
            throw refused("%s is missing", key);
        }
    }

    private static RefusedPackageException refused(String words, Object... arguments) {
        return ManifestParser.refused(words, arguments);
    }
}
