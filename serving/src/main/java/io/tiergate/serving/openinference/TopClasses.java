package io.tiergate.serving.openinference;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The best classes of an output, as the protocol's texts {@code value:index:label}. */
final class TopClasses {
    private TopClasses() {}

    /** Whether elements of that type are numbers. */
    static boolean canRank(DataType type) {
        return type != DataType.BOOL && type != DataType.BYTES;
    }

    /**
     * Ranks an output's elements.
     *
     * @param batched whether the outermost dimension counts samples, each of which is ranked on its own
     * @param wanted how many of a sample's classes to keep, or all if it has fewer
     * @param labels by index; empty if the classes have no names
     * @return BYTES of shape {@code [samples, kept]}, or {@code [kept]} if not batched: the highest value first, of equal ones the lower
     *     index, and what is not a number last
     */
    static Tensor of(Tensor output, boolean batched, long wanted, List<String> labels) {
        int samples = batched ? Math.toIntExact(output.shape().size(0)) : 1;
        int elements = Math.toIntExact(output.shape().elements(output.name()));
        int classes = samples == 0 ? 0 : elements / samples;
        int kept = (int) Math.min(wanted, classes);
        RankedNumbers numbers = RankedNumbers.of(output);
        List<byte[]> texts = new ArrayList<>();
        for (int sample = 0; sample < samples; sample++) {
            int first = sample * classes;
            for (int element : best(numbers, first, classes, kept)) {
                int index = element - first;
                String label = index < labels.size() ? ":" + labels.get(index) : "";
                texts.add((numbers.text(element) + ":" + index + label).getBytes(UTF_8));
            }
        }
        Shape shape = batched ? Shape.of(samples, kept) : Shape.of(kept);
        return Tensor.ofStrings(output.name(), shape, texts);
    }

    private static List<Integer> best(RankedNumbers numbers, int first, int count, int kept) {
        Comparator<Integer> bestLast = (a, b) -> {
            int byValue = numbers.compare(a, b);
            return byValue != 0 ? byValue : Integer.compare(b, a);
        };
        PriorityQueue<Integer> heap = new PriorityQueue<>(bestLast);
        for (int element = first; element < first + count; element++) {
            heap.add(element);
            if (heap.size() > kept) {
                heap.remove();
            }
        }
        List<Integer> best = new ArrayList<>(kept);
        while (!heap.isEmpty()) {
            best.add(heap.remove());
        }
        Collections.reverse(best);
        return best;
    }
}
