package io.tiergate.ensemble;

import java.util.List;

/**
 * What an ensemble says of a batch.
 *
 * @param opinions one a row
 * @param absences the members that are missing from every opinion
 */
public record Classification(List<Opinion> opinions, List<Absence> absences) {
    public Classification {
        opinions = List.copyOf(opinions);
        absences = List.copyOf(absences);
    }

    /** Whether a member's run failed, which a single row may have caused. */
    public boolean hasFailures() {
        return absences.stream().anyMatch(absence -> absence.cause() == Absence.Cause.FAILED);
    }
}
