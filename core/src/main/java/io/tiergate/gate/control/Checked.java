package io.tiergate.gate.control;

/**
 * A sample that came after an alarm and whose answer was checked, drawn with the same probability whatever its score.
 *
 * @param key tells samples apart
 * @param score negative infinity if a check had failed
 */
public record Checked(long key, double score, Label label) {
    boolean wrong() {
        return switch (label) {
            case Label.ByPerson(boolean wrong) -> wrong;
            case Label.ByEnsemble(boolean disagrees) -> disagrees;
            // Not missing at random: where the ensemble cannot tell, the edge is wrong far more often.
            case Label.Open open -> true;
        };
    }

    boolean byPerson() {
        return label instanceof Label.ByPerson;
    }
}
