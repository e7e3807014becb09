package io.tiergate.edge.api;

import io.tiergate.edge.inference.CallOptions;
import io.tiergate.gate.GateRequest;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.serving.inference.InferenceCall;
import io.tiergate.serving.inference.InvalidRequestException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeSet;

/** Reads the {@code tiergate.*} parameters of an Open Inference Protocol request; others are not ours to judge. */
final class RequestParameters {
    private static final String PREFIX = "tiergate.";

    private boolean mayLeave = true;
    private boolean mayAudit = true;
    private boolean alwaysEscalate;
    private OptionalDouble threshold = OptionalDouble.empty();
    private Duration patience = Duration.ZERO;
    private String subject = "";

    private RequestParameters() {}

    /**
     * @throws InvalidRequestException if a parameter of ours is unknown, or has a value it cannot have
     */
    static CallOptions read(InferenceCall call) {
        Map<String, InferParameter> parameters = call.parameters();
        if (parameters.isEmpty()) {
            return CallOptions.DEFAULT;
        }
        RequestParameters read = new RequestParameters();
        for (String key : new TreeSet<>(parameters.keySet())) {
            if (key.startsWith(PREFIX)) {
                read.set(key, parameters.get(key));
            }
        }
        return new CallOptions(
                new GateRequest(read.mayLeave, read.mayAudit, read.alwaysEscalate, read.threshold),
                read.patience,
                read.subject,
                call.queue());
    }

    private void set(String key, InferParameter value) {
        switch (key) {
            case "tiergate.escalation" -> {
                switch (string(key, value)) {
                    case "auto" -> {}
                    case "never" -> mayLeave = false;
                    case "always" -> alwaysEscalate = true;
                    default -> throw InvalidRequestException.ofParameter(key, value, "auto, never or always");
                }
            }
            case "tiergate.audit" -> {
                switch (string(key, value)) {
                    case "auto" -> {}
                    case "never" -> mayAudit = false;
                    default -> throw InvalidRequestException.ofParameter(key, value, "auto or never");
                }
            }
            case "tiergate.threshold" -> threshold = OptionalDouble.of(number(key, value));
            case "tiergate.wait_ms" -> patience = Duration.ofMillis(milliseconds(key, value));
            case "tiergate.subject" -> subject = CallOptions.checkedSubject(string(key, value));
            default ->
                throw new InvalidRequestException(
                        "parameter '%s' is unknown (known: tiergate.escalation, tiergate.audit, tiergate.threshold, tiergate.wait_ms, tiergate.subject)"
                                .formatted(key));
        }
    }

    private static String string(String key, InferParameter value) {
        if (!value.hasStringParam()) {
            throw InvalidRequestException.ofParameter(key, value, "a string_param");
        }
        return value.getStringParam();
    }

    private static long milliseconds(String key, InferParameter value) {
        if (!value.hasInt64Param() || value.getInt64Param() < 0) {
            throw InvalidRequestException.ofParameter(key, value, "an int64_param of zero or more");
        }
        return value.getInt64Param();
    }

    private static double number(String key, InferParameter value) {
        double number =
                switch (value.getParameterChoiceCase()) {
                    case DOUBLE_PARAM -> value.getDoubleParam();
                    case INT64_PARAM -> value.getInt64Param();
                    case STRING_PARAM -> parse(key, value);
                    default -> Double.NaN;
                };
        if (!Double.isFinite(number)) {
            throw InvalidRequestException.ofParameter(key, value, "a finite number");
        }
        return number;
    }

    private static double parse(String key, InferParameter value) {
        try {
            return Double.parseDouble(value.getStringParam());
        } catch (NumberFormatException e) {
            throw InvalidRequestException.ofParameter(key, value, "a finite number");
        }
    }
}
