package io.tiergate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MapsOutputTest {
    private static final MapsOutput BY_TEXT = new MapsOutput("p", DataType.BYTES);
    private static final MapsOutput BY_NUMBER = new MapsOutput("p", DataType.INT64);

    @Test
    void valuesLieInTheOrderOfTheirKeys() {
        List<Tensor> tensors =
                BY_TEXT.tensors(List.of(Map.of("b", 2f, "a", 1f, "B", 0f), Map.of("a", 4f, "B", 3f, "b", 5f)));

        assertThat(tensors).extracting(Tensor::toString).containsExactly("p:FP32[2, 3]", "p.keys:BYTES[3]");
        assertThat(tensors.get(0).rowOfDoubles(0, 6)).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(texts(tensors.get(1))).containsExactly("B", "a", "b");
    }

    @Test
    void numbersAreOrderedByValueAndNotByText() {
        List<Tensor> tensors = BY_NUMBER.tensors(List.of(Map.of(10L, 3f, 9L, 2f, -1L, 1f)));

        assertThat(tensors.get(0).rowOfDoubles(0, 3)).containsExactly(1, 2, 3);
        assertThat(tensors.get(1).data().asLongBuffer()).isEqualTo(java.nio.LongBuffer.wrap(new long[] {-1, 9, 10}));
    }

    @Test
    void mapsWithDifferentKeysAreRefused() {
        assertThatThrownBy(() -> BY_TEXT.tensors(List.of(Map.of("a", 1f, "b", 2f), Map.of("a", 1f, "c", 2f))))
                .isInstanceOf(InferenceException.class)
                .hasMessage(
                        "output 'p' is a sequence of maps with different keys, [a, b] and [a, c] (expected: the same in all)");
        assertThatThrownBy(() -> BY_TEXT.tensors(List.of(Map.of("a", 1f), Map.of("a", 1f, "c", 2f))))
                .isInstanceOf(InferenceException.class);
    }

    private static List<String> texts(Tensor tensor) {
        return tensor.strings().stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }
}
