package io.tiergate.model;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** {@code model.yaml} as it is written, before its rules are checked. Keys are in kebab case; what is absent is null. */
record ManifestDocument(
        String name,
        String kind,
        String task,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        List<InputSection> input,

        OutputSection output,
        JsonNode labels,
        ConfidenceSection confidence,
        GateSection gate,
        EscalationSection escalation,
        List<MemberSection> members,
        String combine,
        Integer quorum,
        AdjudicationSection adjudication,
        DisplaySection display,
        PreprocessSection preprocess,
        Map<String, Object> lineage) {

    record InputSection(String name, String layout) {}

    record OutputSection(String name, String activation) {}

    record ConfidenceSection(String score, Double temperature) {}

    record GateSection(
            String preset,
            String policy,
            Double threshold,
            Map<String, Double> classThresholds,
            Double targetRisk,
            Double confidence,
            JsonNode auditRate,
            Boolean stratifiedAudits,
            Double maxEscalationRate,
            JsonNode maxBytesPerDay,
            String yields,
            Boolean learnCorrection) {}

    record EscalationSection(String to, String payload) {}

    record MemberSection(String file, Double weight, Double temperature, Integer deadlineMs) {}

    record AdjudicationSection(Double maxEntropy, Double minConfidence, Boolean unanimous) {}

    record PreprocessSection(String image, List<Integer> resize, Double scale, List<Double> mean, List<Double> std) {}

    record DisplaySection(String kind, String input, String layout, List<Double> range, List<String> features) {}
}
