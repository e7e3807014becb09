package io.tiergate.cli.calibration;

import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.data.ImageFiles;
import io.tiergate.ensemble.MemberOpinion;
import io.tiergate.model.Sha256;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.IntStream;

/** Images of one split with the class of each, all in memory. Safe for use by several threads. */
public final class LabeledImages {
    private final ImageFiles files;
    private final List<byte[]> images;

    private LabeledImages(ImageFiles files) {
        this.files = files;
        this.images = IntStream.range(0, files.count()).mapToObj(files::image).toList();
    }

    /**
     * Reads a split; see {@link ImageFiles#read}.
     *
     * @param labels how many classes the model knows
     * @throws CommandFailure if the files are not there or broken, or have a class that the model does not know
     */
    public static LabeledImages read(Path folder, String split, String option, int labels) {
        ImageFiles files = ImageFiles.read(folder, split, option);
        if (files.highestLabel() >= labels) {
            throw new CommandFailure("%s: %s has images of class %d, but the model has %d labels (expected: 0 to %d)"
                    .formatted(option, folder, files.highestLabel(), labels, labels - 1));
        }
        return new LabeledImages(files);
    }

    public int count() {
        return files.count();
    }

    public int rows() {
        return files.rows();
    }

    public int columns() {
        return files.columns();
    }

    /** All of them; not to be written to. */
    public List<byte[]> images() {
        return images;
    }

    public byte[] image(int index) {
        return images.get(index);
    }

    public int label(int index) {
        return files.label(index);
    }

    /** Joins a model's answers, in the images' order, to what is known. */
    public List<LabeledAnswer> label(List<EdgeAnswer> answers) {
        MessageDigest sha256 = Sha256.begin();
        return IntStream.range(0, count())
                .mapToObj(i -> new LabeledAnswer(answers.get(i), label(i), isFirst(sha256, i)))
                .toList();
    }

    /** Joins what an ensemble's members say of each image, in the images' order, to what is known. */
    List<LabeledOpinion> labelOpinions(List<List<MemberOpinion>> opinions) {
        MessageDigest sha256 = Sha256.begin();
        return IntStream.range(0, count())
                .mapToObj(i -> new LabeledOpinion(opinions.get(i), label(i), isFirst(sha256, i)))
                .toList();
    }

    private boolean isFirst(MessageDigest sha256, int index) {
        return (sha256.digest(image(index))[0] & 1) == 0;
    }

    /** SHA-256 over all images and then all labels, a byte each: {@code sha256:} and 64 hexadecimal digits. */
    String digest() {
        MessageDigest sha256 = Sha256.begin();
        images.forEach(sha256::update);
        IntStream.range(0, count()).forEach(i -> sha256.update((byte) label(i)));
        return Sha256.text(sha256);
    }
}
