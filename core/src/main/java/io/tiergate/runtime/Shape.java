package io.tiergate.runtime;

import java.util.Arrays;
import java.util.List;

/**
 * Sizes of a tensor's dimensions, outermost first. In a model's signature {@link #ANY} stands for a size that may vary; a
 * tensor's own shape is concrete.
 */
public final class Shape {
    /** A dimension of any size. */
    public static final long ANY = -1;

    private final long[] sizes;

    private Shape(long[] sizes) {
        this.sizes = sizes;
    }

    public static Shape of(long... sizes) {
        return new Shape(sizes.clone());
    }

    public static Shape of(List<Long> sizes) {
        return new Shape(sizes.stream().mapToLong(Long::longValue).toArray());
    }

    public int rank() {
        return sizes.length;
    }

    public long size(int dimension) {
        return sizes[dimension];
    }

    public long[] toArray() {
        return sizes.clone();
    }

    public boolean isConcrete() {
        return Arrays.stream(sizes).allMatch(size -> size >= 0);
    }

    /** Whether the outermost dimension may vary, which makes it the batch dimension. */
    public boolean startsWithAny() {
        return sizes.length > 0 && sizes[0] == ANY;
    }

    /** The same shape with another outermost size. */
    public Shape withFirst(long size) {
        long[] copy = sizes.clone();
        copy[0] = size;
        return new Shape(copy);
    }

    /** The same shape with one more dimension around it. */
    public Shape within(long outermost) {
        long[] longer = new long[sizes.length + 1];
        longer[0] = outermost;
        System.arraycopy(sizes, 0, longer, 1, sizes.length);
        return new Shape(longer);
    }

    /**
     * Number of elements.
     *
     * @throws InvalidTensorException if a size is negative or the product passes the range of {@code long}
     */
    public long elements(String tensorName) {
        long product = 1;
        for (long size : sizes) {
            if (size < 0) {
                throw new InvalidTensorException(
                        "%s: shape %s (expected: concrete sizes of zero or more)".formatted(tensorName, this));
            }
            try {
                product = Math.multiplyExact(product, size);
            } catch (ArithmeticException e) {
                throw new InvalidTensorException(
                        "%s: shape %s has more elements than can be counted".formatted(tensorName, this));
            }
        }
        return product;
    }

    /** Whether a concrete shape fits this one, in which {@link #ANY} matches every size. */
    public boolean accepts(Shape concrete) {
        if (concrete.sizes.length != sizes.length) {
            return false;
        }
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] != ANY && sizes[i] != concrete.sizes[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    @Override
    public String toString() {
        return Arrays.toString(sizes);
    }
}
