package io.tiergate.runtime;

import static io.tiergate.testing.TensorArbitraries.shapes;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.testing.TensorArbitraries;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class TensorPropertiesTest {
    private static OnnxSession anyShape;

    @BeforeContainer
    static void open() {
        anyShape = OnnxSession.open(
                Path.of("src/test/resources/models/kinds/any-shape/1/model.onnx"), SessionSettings.SINGLE_THREADED);
    }

    @AfterContainer
    static void close() {
        anyShape.close();
    }

    @Property
    void everyTensorPassesThroughOnnxRuntimeBitByBit(@ForAll("ofAnyShape") Tensor tensor) {
        String name = tensor.type().name().toLowerCase(Locale.ROOT);
        List<Tensor> inputs = new ArrayList<>();
        for (TensorSpec input : anyShape.signature().inputs()) {
            inputs.add(
                    input.type() == tensor.type()
                            ? Tensor.of(input.name(), tensor.type(), tensor.shape(), tensor.data())
                            : Tensor.of(input.name(), input.type(), Shape.of(0), ByteBuffer.allocate(0)));
        }

        Tensor output = anyShape.run(anyShape.signature().arrange("any-shape", inputs), List.of(name + "_out"))
                .getFirst();

        assertThat(output.type()).isEqualTo(tensor.type());
        assertThat(output.shape()).isEqualTo(tensor.shape());
        assertThat(TensorTest.bytesOf(output)).isEqualTo(TensorTest.bytesOf(tensor));
    }

    @Property
    void aBatchIsItsRowsBehindEachOther(@ForAll("batches") Tensor batch) {
        List<Tensor> rows = batch.rows();

        assertThat(rows).hasSize((int) batch.shape().size(0)).allSatisfy(row -> {
            assertThat(row.shape()).isEqualTo(batch.shape().withFirst(1));
            // Fails unless the bytes are just those of the row's elements.
            Tensor.of("x", row.type(), row.shape(), row.data());
        });
        Tensor joined = Tensor.concatenate(rows);
        assertThat(joined.type()).isEqualTo(batch.type());
        assertThat(joined.shape()).isEqualTo(batch.shape());
        assertThat(TensorTest.bytesOf(joined)).isEqualTo(TensorTest.bytesOf(batch));
    }

    @Property
    void rowsAreThoseThatWereJoined(@ForAll("rowsOfOneShape") List<Tensor> parts) {
        List<Tensor> rows = Tensor.concatenate(parts).rows();

        assertThat(rows)
                .extracting(TensorTest::bytesOf)
                .containsExactlyElementsOf(
                        parts.stream().map(TensorTest::bytesOf).toList());
    }

    @Provide
    Arbitrary<Tensor> ofAnyShape() {
        return TensorArbitraries.ofAnyTypeAndShape();
    }

    @Provide
    Arbitrary<Tensor> batches() {
        return types().flatMap(
                        type -> TensorArbitraries.tensors(type, shapes(0, 3).flatMap(TensorPropertiesTest::batch)));
    }

    @Provide
    Arbitrary<List<Tensor>> rowsOfOneShape() {
        return types().flatMap(type -> shapes(0, 3)
                .flatMap(shape -> TensorArbitraries.tensors(type, Arbitraries.just(shape.within(1)))
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(5)));
    }

    private static Arbitrary<DataType> types() {
        return Arbitraries.of(DataType.class);
    }

    private static Arbitrary<Shape> batch(Shape sample) {
        return Arbitraries.longs().between(1, 5).map(sample::within);
    }
}
