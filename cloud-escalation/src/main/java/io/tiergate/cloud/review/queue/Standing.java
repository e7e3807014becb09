package io.tiergate.cloud.review.queue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the labels that people have given to a sample add up to. */
sealed interface Standing {
    /** More labels are wanted. */
    record Open() implements Standing {}

    /** All are there, and no label has more than half of them: an adjudicator decides. */
    record Tied() implements Standing {}

    /** A person's verdict. */
    record Decided(String label, int labelIndex) implements Standing {}

    /**
     * @param wanted how many people are to label it, 1 or more
     * @param labels at most one a person
     */
    static Standing of(int wanted, List<GivenLabel> labels) {
        Optional<GivenLabel> settled =
                labels.stream().filter(GivenLabel::adjudicates).findFirst();
        if (settled.isPresent()) {
            return decided(settled.get());
        }
        if (labels.size() < wanted) {
            return new Open();
        }
        Map<String, Long> votes =
                labels.stream().collect(Collectors.groupingBy(GivenLabel::label, Collectors.counting()));
        return labels.stream()
                .filter(given -> 2 * votes.get(given.label()) > labels.size())
                .findFirst()
                .map(Standing::decided)
                .orElseGet(Tied::new);
    }

    private static Standing decided(GivenLabel given) {
        return new Decided(given.label(), given.labelIndex());
    }

    default String state() {
        return switch (this) {
            case Open open -> "OPEN";
            case Tied tied -> "TIED";
            case Decided decided -> "DECIDED";
        };
    }
}
