package io.tiergate.cli.demo;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * The result of a run; its JSON form is what other programs read. Latencies in milliseconds, accuracies from 0 to 1.
 * {@code requests = accepted + escalated + localOnly + shed + resolved + errors}, and
 * {@code escalated + audited = verdicts + humanReviewPending + rejected + expired + evicted + verdictsLost}.
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record Report(
        int requests,
        int errors,
        int accepted,
        int escalated,
        int localOnly,
        int shed,
        int resolved,
        int audited,
        int verdicts,
        int humanReviewPending,
        int rejected,
        int expired,
        int evicted,
        int verdictsLost,
        int verdictsDuplicated,
        int retrainingRecords,
        int deadLetters,
        double edgeAccuracy,
        double tieredAccuracy,
        double acceptedAccuracy,
        Percentiles edgeLatencyMs,
        Percentiles verdictLatencyMs,
        long bytesEscalated,
        long bytesIfAllSent,
        double durationS,
        Versions versions) {

    /** What exactly ran. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Versions(String tiergate, String edgeModel, List<String> ensemble) {}

    /** No request failed, and every escalation has a verdict or waits for a person. */
    boolean isSuccess() {
        return errors == 0 && rejected == 0 && expired == 0 && evicted == 0 && verdictsLost == 0;
    }
}
