package io.tiergate.cloud.intake;

import io.tiergate.cloud.review.NewAnswer;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** A batch's findings by escalation, since copies of one question are one question. */
record Findings(Map<UUID, List<Finding>> byId) {
    /**
     * A replayed dead letter first: it alone brings a fresh answer. Then what could be read: an edge that has dropped a sample's payload asks
     * again with its envelope alone, which must not decide beside the question itself. Then the latest attempt, and of copies the one that
     * came first.
     */
    private static final Comparator<Finding> PRECEDENCE = Comparator.comparing(
                    Finding::isReplayed, Comparator.reverseOrder())
            .thenComparing(finding -> finding.refusal().isPresent())
            .thenComparing(Finding::attempt, Comparator.reverseOrder())
            .thenComparing(finding -> finding.reading().place().partition())
            .thenComparing(finding -> finding.reading().place().offset());

    static Findings of(List<Finding> findings) {
        return new Findings(findings.stream()
                .sorted(PRECEDENCE)
                .collect(Collectors.groupingBy(
                        finding -> finding.reading().id(), LinkedHashMap::new, Collectors.toList())));
    }

    /** The same, but for escalations that the other has too, which are taken from there. */
    Findings replacedBy(Findings other) {
        Map<UUID, List<Finding>> merged = new LinkedHashMap<>(byId);
        merged.putAll(other.byId);
        return new Findings(merged);
    }

    /** The number of the question that the first of several copies answers: it answers for later ones too. */
    static int attemptOf(List<Finding> copies) {
        return copies.stream().mapToInt(Finding::attempt).max().orElseThrow();
    }

    /** One answer an escalation. */
    List<NewAnswer> toAnswers() {
        return byId.values().stream()
                .map(copies -> copies.get(0).toAnswer(attemptOf(copies)))
                .toList();
    }
}
