package io.tiergate.cloud.display;

import io.tiergate.model.Display.Range;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Tensor;
import java.util.List;
import java.util.Optional;

/** Which numbers are drawn as the darkest and the brightest, or the lowest and the highest. */
final class Ranges {
    private static final List<Range> USUAL = List.of(new Range(0, 1), new Range(-1, 1), new Range(0, 255));

    private Ranges() {}

    /**
     * @param declared by the manifest
     * @param notes gets a sentence if the range is guessed from the numbers
     */
    static Range ofPicture(Tensor tensor, Extent extent, Optional<Range> declared, List<String> notes)
            throws UndrawableException {
        if (declared.isPresent()) {
            return declared.get();
        }
        if (tensor.type() == DataType.UINT8) {
            return new Range(0, 255);
        }
        Optional<Range> usual = USUAL.stream()
                .filter(range -> extent.within(range.low(), range.high()))
                .findFirst();
        Range range = usual.isPresent() ? usual.get() : ofAll(extent);
        notes.add("The numbers of black and white, %s and %s, are guessed from the sample."
                .formatted(range.low(), range.high()));
        return range;
    }

    /** Just wide enough for all numbers. */
    static Range ofAll(Extent extent) throws UndrawableException {
        double low = extent.low();
        double high = extent.high();
        if (low == high) {
            double room = Math.max(1, Math.ulp(low) * 4);
            low -= room;
            high += room;
        }
        if (!Double.isFinite(high - low)) {
            throw new UndrawableException("its numbers lie too far apart, from %s to %s".formatted(low, high));
        }
        return new Range(low, high);
    }
}
