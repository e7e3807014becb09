package io.tiergate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DataTypeTest {
    @ParameterizedTest
    @CsvSource({
        "BOOL, 1",
        "UINT8, 1",
        "UINT16, 2",
        "UINT32, 4",
        "UINT64, 8",
        "INT8, 1",
        "INT16, 2",
        "INT32, 4",
        "INT64, 8",
        "FP16, 2",
        "BF16, 2",
        "FP32, 4",
        "FP64, 8"
    })
    void everyNumberHasTheSizeThatTheProtocolGivesIt(DataType type, int bytes) {
        assertThat(type.hasFixedSize()).isTrue();
        assertThat(type.elementBytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsCalledAFloatIsFloatingPoint(DataType type) {
        assertThat(type.isFloatingPoint()).isEqualTo(type.name().matches("FP\\d+|BF16"));
    }

    @Test
    void byteStringsHaveNoSizeOfTheirOwn() {
        assertThat(DataType.BYTES.hasFixedSize()).isFalse();
        assertThatThrownBy(DataType.BYTES::elementBytes)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("BYTES has no fixed element size");
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeIsFoundByItsProtocolName(DataType type) {
        assertThat(DataType.parse("x", type.name())).isSameAs(type);
    }

    @Test
    void anUnknownTypeIsRefusedWithTheNameOfTheTensorAndAllTypes() {
        assertThatThrownBy(() -> DataType.parse("images", "FLOAT"))
                .isInstanceOf(InvalidTensorException.class)
                .hasMessageStartingWith("images: datatype 'FLOAT' (expected one of: [BOOL, UINT8, ")
                .hasMessageEndingWith(", BYTES])");
    }

    @Test
    void aTypeFromAModelConfigurationIsRefusedWithAHintAtItsPrefix() {
        assertThatThrownBy(() -> DataType.parse("images", "TYPE_FP32"))
                .hasMessageEndingWith("without the prefix TYPE_)");
    }

    @Test
    void namesAreCaseSensitiveAsInTheProtocol() {
        assertThatThrownBy(() -> DataType.parse("images", "fp32")).isInstanceOf(InvalidTensorException.class);
    }
}
