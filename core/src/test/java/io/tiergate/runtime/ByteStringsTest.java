package io.tiergate.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ByteStringsTest {
    @Test
    void everyElementIsPrecededByItsLengthInLittleEndian() {
        Tensor tensor = strings("ab", "", "c");

        assertThat(TensorTest.bytesOf(tensor)).containsExactly(2, 0, 0, 0, 'a', 'b', 0, 0, 0, 0, 1, 0, 0, 0, 'c');
    }

    @Property
    void framingLosesNothing(@ForAll @Size(max = 20) List<byte[]> values) {
        Tensor tensor = Tensor.ofStrings("s", Shape.of(values.size()), values);

        assertThat(tensor.strings()).containsExactlyElementsOf(values);
    }

    @Property
    void everyRowHasItsOwnElements(@ForAll @NotEmpty @Size(max = 20) List<byte[]> values) {
        Tensor tensor = Tensor.ofStrings("s", Shape.of(values.size(), 1), values);

        for (int row = 0; row < values.size(); row++) {
            assertThat(tensor.rows().get(row).strings()).containsExactly(values.get(row));
        }
    }

    @Test
    void aRowOfSeveralElementsSkipsThoseBeforeIt() {
        Tensor tensor = strings("a", "bb", "ccc", "").reshaped(Shape.of(2, 2));

        assertThat(tensor.rows().get(1).strings()).containsExactly("ccc".getBytes(UTF_8), new byte[0]);
    }

    @Test
    void joinedTensorsKeepAllElements() {
        Tensor joined = Tensor.concatenate(List.of(strings("a", "bb"), strings("ccc")));

        assertThat(joined.shape()).isEqualTo(Shape.of(3));
        assertThat(joined.strings()).containsExactly("a".getBytes(UTF_8), "bb".getBytes(UTF_8), "ccc".getBytes(UTF_8));
    }

    @Test
    void aLengthThatIsCutOffIsRefused() {
        refuses(
                new byte[] {0, 0, 0, 0, 1, 0},
                "s: 2 bytes left at offset 4 (expected: a 4-byte length and its element)");
    }

    @Test
    void anElementThatIsCutOffIsRefused() {
        refuses(new byte[] {3, 0, 0, 0, 'a'}, "s: element 0 at offset 0 says it has 3 bytes, but 1 are left");
    }

    @Test
    void aLengthIsUnsigned() {
        refuses(
                new byte[] {-1, -1, -1, -1, 'a'},
                "s: element 0 at offset 0 says it has 4294967295 bytes, but 1 are left");
    }

    @Test
    void theNumberOfElementsMustBeThatOfTheShape() {
        refuses(new byte[4], "s: 1 elements (expected: 2, for shape [2])");
        refuses(new byte[12], "s: 3 elements (expected: 2, for shape [2])");
    }

    @Test
    void otherTypesHoldNoStrings() {
        assertThatThrownBy(() -> Tensor.ofFloats("x", Shape.of(1), 1).strings())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("x holds FP32, not BYTES");
    }

    private static void refuses(byte[] bytes, String message) {
        assertThatThrownBy(() -> Tensor.of("s", DataType.BYTES, Shape.of(2), ByteBuffer.wrap(bytes)))
                .isInstanceOf(InvalidTensorException.class)
                .hasMessage(message);
    }

    private static Tensor strings(String... values) {
        return Tensor.ofStrings(
                "s",
                Shape.of(values.length),
                List.of(values).stream().map(value -> value.getBytes(UTF_8)).toList());
    }
}
