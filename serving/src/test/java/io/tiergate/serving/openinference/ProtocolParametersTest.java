package io.tiergate.serving.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tiergate.proto.inference.InferParameter;
import io.tiergate.serving.inference.InvalidRequestException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProtocolParametersTest {
    private static final InferParameter NOTHING = InferParameter.getDefaultInstance();

    static Stream<Arguments> accepted() {
        return Stream.of(
                arguments("priority", number(0)),
                arguments("priority", unsigned(-1)),
                arguments("priority", text("3")),
                arguments("timeout", number(0)),
                arguments("timeout", unsigned(1)),
                arguments("sequence_id", number(-1)),
                arguments("sequence_id", text("line-1")),
                arguments("sequence_start", bool(true)),
                arguments("sequence_end", bool(false)),
                arguments("binary_data_output", bool(true)),
                arguments("headers", text("x")),
                arguments("triton_enable_empty_final_response", bool(true)),
                arguments("anything", NOTHING));
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments(
                        "priority",
                        number(-1),
                        "int64_param: -1 (expected: an int64_param of zero or more, or a uint64_param)"),
                arguments("priority", text("high"), "string_param: \"high\" (expected: an int64_param"),
                arguments("priority", bool(true), "bool_param: true (expected: an int64_param"),
                arguments("timeout", number(-1), "int64_param: -1 (expected: microseconds"),
                arguments("timeout", text("100"), "string_param: \"100\" (expected: microseconds"),
                arguments("timeout", NOTHING, "no value (expected: microseconds"),
                arguments("sequence_id", bool(true), "bool_param: true (expected: an int64_param or a string_param)"),
                arguments("sequence_start", number(1), "int64_param: 1 (expected: a bool_param)"),
                arguments("sequence_end", text("true"), "string_param: \"true\" (expected: a bool_param)"),
                arguments("triton_enable_empty_final_response", number(1), "int64_param: 1 (expected: a bool_param)"),
                arguments("triton_other", bool(true), "names with the prefix triton_ are reserved"));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void everyParameterMayHaveTheTypesThatClientsSend(String name, InferParameter value) {
        assertThat(ProtocolParameters.read(Map.of(name, value))).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void anotherTypeOrValueIsRefusedNamingBoth(String name, InferParameter value, String words) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> ProtocolParameters.read(Map.of(name, value)))
                .withMessageStartingWith("parameter '" + name + "': " + words);
    }

    @Test
    void theTimeoutIsInMicrosecondsAndZeroMeansNone() {
        assertThat(timeout(number(1500))).contains(Duration.ofNanos(1_500_000));
        assertThat(timeout(unsigned(7))).contains(Duration.ofNanos(7_000));
        assertThat(timeout(number(0))).isEmpty();
        assertThat(ProtocolParameters.read(Map.of()).queue().timeout()).isEmpty();
    }

    @Test
    void aTimeoutBeyondAllClocksIsCut() {
        Duration centuries = Duration.ofDays(100_000);
        assertThat(timeout(number(Long.MAX_VALUE)).orElseThrow()).isGreaterThan(centuries);
        assertThat(timeout(unsigned(-1)).orElseThrow()).isGreaterThan(centuries);
        assertThat(timeout(unsigned(-1)).orElseThrow().toNanos()).isPositive();
    }

    private static Optional<Duration> timeout(InferParameter value) {
        return ProtocolParameters.read(Map.of("timeout", value)).queue().timeout();
    }

    private static InferParameter number(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }

    private static InferParameter unsigned(long value) {
        return InferParameter.newBuilder().setUint64Param(value).build();
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static InferParameter bool(boolean value) {
        return InferParameter.newBuilder().setBoolParam(value).build();
    }
}
