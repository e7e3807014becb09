package io.tiergate.serving.openinference;

import io.tiergate.proto.inference.InferParameter;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.inference.QueuePolicy;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The protocol's own parameters of a request; those of others pass through. Sequences are checked and then change nothing: models keep
 * nothing from one request to the next.
 *
 * @param queue how the request wants to be queued
 */
record ProtocolParameters(QueuePolicy queue) {
    private static final ProtocolParameters DEFAULT = new ProtocolParameters(QueuePolicy.DEFAULT);
    private static final String PRIORITY = "priority";
    private static final String TIMEOUT = "timeout";
    private static final String FINAL_RESPONSE = "triton_enable_empty_final_response";
    private static final long LONGEST_MICROS = TimeUnit.NANOSECONDS.toMicros(Long.MAX_VALUE);

    /**
     * @throws InvalidRequestException if one has a value that it cannot have, or a name that is reserved
     */
    static ProtocolParameters read(Map<String, InferParameter> parameters) {
        if (parameters.isEmpty()) {
            return DEFAULT;
        }
        // In the order of their names, so that of several mistakes always the same one is told.
        for (String name : new TreeSet<>(parameters.keySet())) {
            check(name, parameters.get(name));
        }
        if (!parameters.containsKey(TIMEOUT) && !parameters.containsKey(PRIORITY)) {
            return DEFAULT;
        }
        Optional<Duration> timeout = Optional.ofNullable(parameters.get(TIMEOUT))
                .map(ProtocolParameters::micros)
                .filter(micros -> micros > 0)
                .map(micros -> Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(micros)));
        long priority = Optional.ofNullable(parameters.get(PRIORITY))
                .map(ProtocolParameters::priority)
                .orElse(0L);
        return new ProtocolParameters(new QueuePolicy(timeout, priority));
    }

    /** Whether the answer on a stream shall say that it is the request's last one. */
    static boolean wantsFinalResponse(Map<String, InferParameter> parameters) {
        return parameters.containsKey(FINAL_RESPONSE)
                && parameters.get(FINAL_RESPONSE).getBoolParam();
    }

    private static void check(String name, InferParameter value) {
        switch (name) {
            case PRIORITY ->
                require(
                        name,
                        value,
                        isCount(value) || isDecimal(value),
                        "an int64_param of zero or more, or a uint64_param");
            case TIMEOUT ->
                require(
                        name,
                        value,
                        isCount(value),
                        "microseconds as an int64_param of zero or more, or a uint64_param");
            case "sequence_id" ->
                require(
                        name,
                        value,
                        value.hasInt64Param() || value.hasStringParam(),
                        "an int64_param or a string_param");
            case "sequence_start", "sequence_end", FINAL_RESPONSE ->
                require(name, value, value.hasBoolParam(), "a bool_param");
            default -> {
                if (name.startsWith("triton_")) {
                    throw new InvalidRequestException(
                            "parameter '%s': names with the prefix triton_ are reserved (expected: of them only %s)"
                                    .formatted(name, FINAL_RESPONSE));
                }
            }
        }
    }

    private static void require(String name, InferParameter value, boolean fits, String expected) {
        if (!fits) {
            throw InvalidRequestException.ofParameter(name, value, expected);
        }
    }

    private static boolean isCount(InferParameter value) {
        return value.hasUint64Param() || (value.hasInt64Param() && value.getInt64Param() >= 0);
    }

    /** Some clients have no numbers among their parameters. */
    private static boolean isDecimal(InferParameter value) {
        return value.hasStringParam() && value.getStringParam().matches("\\d{1,19}");
    }

    private static long priority(InferParameter value) {
        if (value.hasStringParam()) {
            // Of at most 19 digits, which may still be beyond a long.
            return new BigInteger(value.getStringParam())
                    .min(BigInteger.valueOf(Long.MAX_VALUE))
                    .longValue();
        }
        long number = value.hasUint64Param() ? value.getUint64Param() : value.getInt64Param();
        return number < 0 ? Long.MAX_VALUE : number;
    }

    /** Cut to what a clock of nanoseconds can count, which is centuries. */
    private static long micros(InferParameter value) {
        long micros = value.hasUint64Param() ? value.getUint64Param() : value.getInt64Param();
        return micros < 0 ? LONGEST_MICROS : Math.min(micros, LONGEST_MICROS);
    }
}
