package io.tiergate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BYTES")
    void aTensorNeedsJustTheBytesOfItsElements(DataType type) {
        int bytes = 6 * type.elementBytes();
        Shape shape = Shape.of(2, 3);

        assertThat(Tensor.of("x", type, shape, ByteBuffer.allocate(bytes)).sizeBytes())
                .isEqualTo(bytes);
        for (int wrong : new int[] {0, bytes - 1, bytes + 1}) {
            assertThatThrownBy(() -> Tensor.of("x", type, shape, ByteBuffer.allocate(wrong)))
                    .isInstanceOf(InvalidTensorException.class)
                    .hasMessage("x: %d bytes (expected: %d, for datatype %s and shape [2, 3])", wrong, bytes, type);
        }
    }

    @Test
    void aSizeInBytesBeyondLongIsRefusedInsteadOfWrappingRound() {
        // 2^61 doubles are 2^64 bytes, which would wrap round to 0 and fit an empty buffer.
        assertThatThrownBy(() -> Tensor.of("x", DataType.FP64, Shape.of(1L << 61), ByteBuffer.allocate(0)))
                .isInstanceOf(InvalidTensorException.class)
                .hasMessageContaining("more bytes than can be counted");
    }

    @Test
    void aShapeOfUnknownSizeIsNoTensors() {
        assertThatThrownBy(() -> Tensor.of("x", DataType.FP32, Shape.of(Shape.ANY, 1), ByteBuffer.allocate(4)))
                .isInstanceOf(InvalidTensorException.class)
                .hasMessageContaining("expected: concrete sizes");
    }

    @Test
    void elementsAreLittleEndianWhateverTheBuffersOwnOrder() {
        ByteBuffer bigEndian =
                ByteBuffer.wrap(new byte[] {0, 0, (byte) 0x80, 0x3f}).order(ByteOrder.BIG_ENDIAN);

        assertThat(Tensor.of("x", DataType.FP32, Shape.of(1), bigEndian).doubleAt(0))
                .isEqualTo(1.0);
    }

    @Test
    void onlyTheBytesBetweenPositionAndLimitCount() {
        ByteBuffer larger = ByteBuffer.wrap(new byte[] {9, 1, 2, 9});
        larger.position(1).limit(3);

        Tensor tensor = Tensor.of("x", DataType.UINT8, Shape.of(2), larger);

        assertThat(bytesOf(tensor)).containsExactly(1, 2);
    }

    @Test
    void readersNeitherMoveEachOtherNorWrite() {
        Tensor tensor = Tensor.ofFloats("x", Shape.of(1, 2), 1, 2);
        tensor.data().getFloat();

        assertThat(tensor.data().getFloat()).isEqualTo(1f);
        assertThatThrownBy(() -> tensor.data().putFloat(0, 9)).isInstanceOf(ReadOnlyBufferException.class);
    }

    @Test
    void aRowIsItsOwnSampleWithTheSameBytes() {
        Tensor batch = Tensor.ofFloats("x", Shape.of(3, 2), 1, 2, 3, 4, 5, 6);

        Tensor second = batch.rows().get(1);

        assertThat(second.shape()).isEqualTo(Shape.of(1, 2));
        assertThat(second.rowOfDoubles(0, 2)).containsExactly(3, 4);
        double[] longer = {-1, -1, -1};
        batch.copyRow(2, 2, longer);
        assertThat(longer).containsExactly(5, 6, -1);
        assertThat(batch.rows().get(2).rows().get(0).rowOfDoubles(0, 2)).containsExactly(5, 6);
    }

    @Test
    void concatenatedRowsComeBackAsTheyWere() {
        Tensor joined = Tensor.concatenate(
                List.of(Tensor.ofFloats("x", Shape.of(1, 2), 1, 2), Tensor.ofFloats("x", Shape.of(2, 2), 3, 4, 5, 6)));

        assertThat(joined.shape()).isEqualTo(Shape.of(3, 2));
        assertThat(joined.rowOfDoubles(0, 6)).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(joined.rows().get(1).rowOfDoubles(0, 2)).containsExactly(3, 4);
    }

    @Test
    void oneTensorNeedsNoJoining() {
        Tensor alone = Tensor.ofFloats("x", Shape.of(1, 2), 1, 2);

        assertThat(Tensor.concatenate(List.of(alone))).isSameAs(alone);
    }

    @Test
    void rowsOfAnotherTypeOrShapeAreNotJoined() {
        Tensor floats = Tensor.ofFloats("x", Shape.of(1, 2), 1, 2);
        Tensor longer = Tensor.ofFloats("x", Shape.of(1, 3), 1, 2, 3);
        Tensor bytes = Tensor.of("x", DataType.UINT8, Shape.of(1, 2), ByteBuffer.allocate(2));

        assertThatThrownBy(() -> Tensor.concatenate(List.of(floats, longer)))
                .hasMessage("x: cannot join FP32 [1, 2] and FP32 [1, 3]");
        assertThatThrownBy(() -> Tensor.concatenate(List.of(floats, bytes)))
                .hasMessage("x: cannot join FP32 [1, 2] and UINT8 [1, 2]");
    }

    @Test
    void reshapingKeepsTheElements() {
        Tensor flat = Tensor.ofFloats("x", Shape.of(6), 1, 2, 3, 4, 5, 6);

        assertThat(flat.reshaped(Shape.of(3, 2)).rows().get(2).rowOfDoubles(0, 2))
                .containsExactly(5, 6);
        assertThatThrownBy(() -> flat.reshaped(Shape.of(4, 2))).hasMessage("x: [6] cannot become [4, 2]");
    }

    @Test
    void onlyFloatingPointElementsAreReadAsDoubles() {
        ByteBuffer two = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(0, 0.1);
        Tensor doubles = Tensor.of("x", DataType.FP64, Shape.of(1), two);
        Tensor integers = Tensor.of("x", DataType.INT64, Shape.of(1), two);

        assertThat(doubles.doubleAt(0)).isEqualTo(0.1);
        assertThatThrownBy(() -> integers.doubleAt(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("x holds INT64 (expected: FP16, BF16, FP32 or FP64)");
    }

    @Test
    void halfPrecisionIsReadAsTheSameNumber() {
        // The same bits, of which FP16 gives 5 and BF16 8 to the exponent.
        ByteBuffer bits = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
        bits.putShort((short) 0xc200)
                .putShort((short) 0x8000)
                .putShort((short) 0x7c00)
                .flip();

        Tensor fp16 = Tensor.of("x", DataType.FP16, Shape.of(3), bits);
        Tensor bf16 = Tensor.of("x", DataType.BF16, Shape.of(3), bits);

        assertThat(fp16.rowOfDoubles(0, 3)).containsExactly(-3.0, -0.0, Double.POSITIVE_INFINITY);
        assertThat(bf16.rowOfDoubles(0, 2)).containsExactly(-32.0, -0.0);
        assertThat(bf16.doubleAt(2)).isEqualTo(Math.scalb(1.0, 121));
    }

    @ParameterizedTest
    @CsvSource({
        "BOOL, 1",
        "UINT8, 255",
        "INT8, -1",
        "UINT16, 65535",
        "INT16, -1",
        "UINT32, 4294967295",
        "INT32, -1",
        "UINT64, 1.8446744073709551616e19",
        "INT64, -1",
        "FP16, NaN",
        "BF16, NaN",
        "FP32, NaN",
        "FP64, NaN"
    })
    void everyNumberIsReadWithItsSign(DataType type, Double allBitsSet) {
        byte[] bits = new byte[2 * type.elementBytes()];
        Arrays.fill(bits, type.elementBytes(), bits.length, (byte) 0xff);
        Tensor tensor = Tensor.of("x", type, Shape.of(2), ByteBuffer.wrap(bits));

        assertThat(tensor.numberAt(0)).isZero();
        assertThat(tensor.numberAt(1)).isEqualTo(allBitsSet);
    }

    @Test
    void textIsNoNumber() {
        Tensor text = Tensor.ofStrings("x", Shape.of(1), List.of(new byte[] {1, 2, 3, 4}));

        assertThatThrownBy(() -> text.numberAt(0)).hasMessage("x holds BYTES (expected: numbers)");
    }

    @Test
    void aTensorIsDescribedWithoutItsValues() {
        assertThat(Tensor.ofFloats("x", Shape.of(1, 2), 1, 2)).hasToString("x:FP32[1, 2]");
    }

    static byte[] bytesOf(Tensor tensor) {
        byte[] bytes = new byte[tensor.sizeBytes()];
        tensor.data().get(bytes);
        return bytes;
    }
}
