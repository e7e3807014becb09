package io.tiergate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void elementsAreTheProductOfTheSizes() {
        assertThat(Shape.of(2, 3, 4).elements("x")).isEqualTo(24);
        assertThat(Shape.of(2, 0, 4).elements("x")).isZero();
    }

    @Test
    void aShapeWithoutDimensionsIsOneElement() {
        assertThat(Shape.of().elements("x")).isEqualTo(1);
        assertThat(Shape.of().startsWithAny()).isFalse();
    }

    @Test
    void aNegativeSizeCannotBeCounted() {
        assertThatThrownBy(() -> Shape.of(2, -1).elements("x"))
                .isInstanceOf(InvalidTensorException.class)
                .hasMessage("x: shape [2, -1] (expected: concrete sizes of zero or more)");
    }

    @Test
    void aProductBeyondLongIsRefusedInsteadOfWrappingRound() {
        assertThatThrownBy(() -> Shape.of(1L << 32, 1L << 32).elements("x"))
                .isInstanceOf(InvalidTensorException.class)
                .hasMessage("x: shape [4294967296, 4294967296] has more elements than can be counted");
    }

    @Test
    void aDimensionOfAnySizeAcceptsEverySizeAndTheOthersOnlyTheirOwn() {
        Shape declared = Shape.of(Shape.ANY, 4);

        assertThat(declared.accepts(Shape.of(1, 4))).isTrue();
        assertThat(declared.accepts(Shape.of(1000, 4))).isTrue();
        assertThat(declared.accepts(Shape.of(1, 5))).isFalse();
        assertThat(declared.accepts(Shape.of(4))).isFalse();
        assertThat(declared.accepts(Shape.of(1, 4, 1))).isFalse();
    }

    @Test
    void onlyAnOpenOutermostSizeIsABatchDimension() {
        assertThat(Shape.of(Shape.ANY, 4).startsWithAny()).isTrue();
        assertThat(Shape.of(1, Shape.ANY).startsWithAny()).isFalse();
        assertThat(Shape.of(1, Shape.ANY).isConcrete()).isFalse();
        assertThat(Shape.of(1, 4).isConcrete()).isTrue();
    }

    @Test
    void anotherDimensionCanBePutAround() {
        assertThat(Shape.of(2, 3).within(1)).isEqualTo(Shape.of(1, 2, 3));
        assertThat(Shape.of().within(4)).isEqualTo(Shape.of(4));
    }

    @Test
    void shapesAreEqualByTheirSizes() {
        assertThat(Shape.of(2, 3)).isEqualTo(Shape.of(List.of(2L, 3L))).hasSameHashCodeAs(Shape.of(2, 3));
        assertThat(Shape.of(2, 3)).isNotEqualTo(Shape.of(3, 2)).hasToString("[2, 3]");
    }

    @Test
    void aShapeIsNotChangedThroughTheArraysThatGoInAndOut() {
        long[] sizes = {2, 3};
        Shape shape = Shape.of(sizes);
        sizes[0] = 99;
        shape.toArray()[1] = 99;
        shape.withFirst(99);

        assertThat(shape).isEqualTo(Shape.of(2, 3));
    }
}
