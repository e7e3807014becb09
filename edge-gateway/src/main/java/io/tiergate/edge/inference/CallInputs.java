package io.tiergate.edge.inference;

import com.google.protobuf.ByteString;
import io.tiergate.image.ImagePreprocessor;
import io.tiergate.image.InvalidImageException;
import io.tiergate.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;

/** What a call brings to its model: the inputs themselves, or pictures that become them. */
public sealed interface CallInputs {
    /** How many samples these are, 1 or more. */
    long rows();

    /** What they keep in memory until the model has run. */
    long sizeBytes();

    /**
     * One tensor for each of the model's inputs, in its order, all samples together. Pictures are decoded here, which blocks.
     *
     * @throws InvalidImageException naming the first picture that cannot be used
     */
    List<Tensor> tensors();

    /** Tensors as {@link ServedModel#tensors} has checked them. */
    record Tensors(long rows, List<Tensor> tensors) implements CallInputs {
        public Tensors {
            tensors = List.copyOf(tensors);
        }

        @Override
        public long sizeBytes() {
            return tensors.stream().mapToLong(Tensor::sizeBytes).sum();
        }
    }

    /**
     * Pictures, one a sample, for a model with one input.
     *
     * @param files each a PNG or JPEG file; not looked into before {@link #tensors}
     */
    record Images(ImagePreprocessor preprocessor, List<ByteString> files) implements CallInputs {
        public Images {
            files = List.copyOf(files);
        }

        @Override
        public long rows() {
            return files.size();
        }

        @Override
        public long sizeBytes() {
            return files.stream().mapToLong(ByteString::size).sum() + tensorBytes();
        }

        /** Size of what the pictures become, however small their files are. */
        public long tensorBytes() {
            return files.size() * preprocessor.tensorBytes();
        }

        @Override
        public List<Tensor> tensors() {
            List<Tensor> samples = new ArrayList<>(files.size());
            for (int i = 0; i < files.size(); i++) {
                try {
                    samples.add(preprocessor.tensor(files.get(i).toByteArray()));
                } catch (InvalidImageException e) {
                    throw new InvalidImageException("images[%d]: %s".formatted(i, e.getMessage()));
                }
            }
            return List.of(Tensor.concatenate(samples));
        }
    }
}
