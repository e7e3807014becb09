package io.tiergate.cloud.display;

import io.tiergate.runtime.Tensor;

/** The lowest and the highest number of a tensor, all of whose numbers are finite. */
record Extent(double low, double high) {
    static Extent of(Tensor tensor) throws UndrawableException {
        int count = Math.toIntExact(ElementText.count(tensor));
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        int strange = 0;
        int first = -1;
        for (int i = 0; i < count; i++) {
            double number = tensor.numberAt(i);
            if (!Double.isFinite(number)) {
                first = strange++ == 0 ? i : first;
            }
            low = Math.min(low, number);
            high = Math.max(high, number);
        }
        if (strange > 0) {
            throw new UndrawableException("%d of %d numbers are NaN or infinite, the first is number %d"
                    .formatted(strange, count, first + 1));
        }
        return new Extent(low, high);
    }

    boolean within(double lowest, double highest) {
        return low >= lowest && high <= highest;
    }
}
