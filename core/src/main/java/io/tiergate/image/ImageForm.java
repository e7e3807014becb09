package io.tiergate.image;

import io.tiergate.runtime.Shape;
import io.tiergate.runtime.TensorSpec;
import io.tiergate.runtime.UnusableModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The size of a model's picture and the tensor's shape for one of them.
 *
 * @param shape concrete
 */
record ImageForm(ImageSize size, Shape shape) {

    /** @throws UnusableModelException if the model's shape has no room for such a picture, or leaves its size open */
    static ImageForm of(Preprocessing preprocessing, TensorSpec input) {
        ImageSize size = preprocessing
                .resize()
                .or(() -> sizeIn(preprocessing, input.shape()))
                .orElseThrow(() -> new UnusableModelException(
                        "model.yaml: preprocess.resize is missing, and input '%s' %s does not tell a picture's height and width in layout %s; add resize: [height, width]"
                                .formatted(input.name(), input.shape(), preprocessing.layout())));
        // A free first size counts samples: neither rows nor channels may take its place.
        List<Shape> forms = forms(preprocessing, size).stream()
                .filter(shape -> !input.shape().startsWithAny() || shape.size(0) == 1)
                .toList();
        return forms.stream()
                .filter(input.shape()::accepts)
                .findFirst()
                .map(shape -> new ImageForm(size, shape))
                .orElseThrow(() -> new UnusableModelException(
                        "model.yaml: preprocess: input '%s' has shape %s, which takes no %s picture of %s in layout %s (expected one of: %s); change image, resize or input.layout"
                                .formatted(
                                        input.name(),
                                        input.shape(),
                                        preprocessing.image().word(),
                                        size,
                                        preprocessing.layout(),
                                        forms)));
    }

    private static List<Shape> forms(Preprocessing preprocessing, ImageSize size) {
        long channels = preprocessing.image().channels();
        long height = size.height();
        long width = size.width();
        List<Shape> forms = new ArrayList<>();
        forms.add(
                preprocessing.layout() == Layout.NCHW
                        ? Shape.of(1, channels, height, width)
                        : Shape.of(1, height, width, channels));
        forms.add(
                preprocessing.layout() == Layout.NCHW
                        ? Shape.of(channels, height, width)
                        : Shape.of(height, width, channels));
        if (channels == 1) {
            forms.add(Shape.of(1, height, width));
            forms.add(Shape.of(height, width));
        }
        forms.add(Shape.of(1, channels * height * width));
        forms.add(Shape.of(channels * height * width));
        return forms;
    }

    private static Optional<ImageSize> sizeIn(Preprocessing preprocessing, Shape shape) {
        long[] sizes = shape.toArray();
        int rank = sizes.length;
        boolean withoutChannel =
                preprocessing.image() == ColorMode.GREY && (rank == 2 || (rank == 3 && sizes[0] == Shape.ANY));
        int height = rank - (withoutChannel || preprocessing.layout() == Layout.NCHW ? 2 : 3);
        if (rank > 4 || height < 0 || rank < 2) {
            return Optional.empty();
        }
        long[] side = Arrays.copyOfRange(sizes, height, height + 2);
        boolean known = Arrays.stream(side)
                .allMatch(length -> length >= (rank == 2 ? 2 : 1) && length <= ImageSize.LONGEST_SIDE);
        return known ? Optional.of(new ImageSize((int) side[0], (int) side[1])) : Optional.empty();
    }
}
