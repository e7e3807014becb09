package io.tiergate.cli.gate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.tiergate.cli.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The result of a replay; its JSON form is what other programs read. Shares from 0 to 1; null where there is no such number.
 * {@code requests = accepted + escalated + localOnly + shed}, and {@code audited} is a part of {@code accepted}.
 *
 * @param coverage share of the requests that were accepted
 * @param trueRisk share of wrong ones among the accepted
 * @param targetRisk null for policies without one
 * @param thresholdStart null while nothing is accepted, as in the other thresholds
 * @param certifiedCoverage share of the calibration images that the certified threshold accepts
 * @param tieredAccuracy of the final answers: a person's, else the ensemble's, else the edge's
 * @param ensembleAccuracy had the ensemble answered every request; null without one
 * @param oracleCoverageAtTarget what a gate could accept at the target that knew every error
 * @param wrongAcceptedAfterDrift 0 without a drift
 * @param violations windows whose true risk exceeds the target by more than chance explains; null without a target
 * @param reviewed samples that a person labelled
 * @param reasons how often the gate gave each
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record ReplayReport(
        String policy,
        long seed,
        int requests,
        int accepted,
        int escalated,
        int localOnly,
        int shed,
        int audited,
        int reviewed,
        double coverage,
        Double trueRisk,
        Double targetRisk,
        Double thresholdStart,
        Double thresholdEnd,
        Double certifiedCoverage,
        double tieredAccuracy,
        double edgeAccuracy,
        Double ensembleAccuracy,
        Double oracleCoverageAtTarget,
        int wrongAccepted,
        int wrongAcceptedAfterDrift,
        Integer driftAt,
        List<RaisedAlarm> alarms,
        List<ReplayWindow> windows,
        Integer violations,
        Map<String, Integer> reasons) {

    /** @param at requests decided when it was raised */
    record RaisedAlarm(long at, String signal) {}

    void write(Path file) {
        try {
            String json = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(this);
            Files.writeString(file, json + "\n", StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CommandFailure("--report: %s cannot be written: %s".formatted(file, e), e);
        }
    }
}
