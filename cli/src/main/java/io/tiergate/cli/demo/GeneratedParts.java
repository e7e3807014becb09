package io.tiergate.cli.demo;

import io.tiergate.parts.Lot;
import io.tiergate.parts.Part;
import io.tiergate.parts.PartClass;
import io.tiergate.parts.PartGenerator;
import java.util.List;
import java.util.stream.IntStream;

/** Parts of the test draw, which no model and no threshold has seen: what the demonstration shows without files. */
final class GeneratedParts implements LabeledImages {
    /** The seed of the test draw, see the model card beside the models. */
    private static final long SEED = 3;
    /** About 40 MB; more requests see the first parts again, as they do with files. */
    private static final int MOST = 20_000;

    private final List<Part> parts;

    private GeneratedParts(List<Part> parts) {
        this.parts = parts;
    }

    /**
     * Makes the parts beforehand, so that making them takes nothing from the replay.
     *
     * @param requests 1 or more
     */
    static GeneratedParts forRequests(int requests) {
        PartGenerator generator = new PartGenerator(SEED, Lot.NORMAL);
        return new GeneratedParts(IntStream.range(0, Math.min(requests, MOST))
                .parallel()
                .mapToObj(generator::part)
                .toList());
    }

    @Override
    public int rows() {
        return PartGenerator.SIDE_PIXELS;
    }

    @Override
    public int columns() {
        return PartGenerator.SIDE_PIXELS;
    }

    @Override
    public byte[] image(int index) {
        return part(index).image().pixels();
    }

    @Override
    public int label(int index) {
        return part(index).label().number();
    }

    @Override
    public int highestLabel() {
        return PartClass.words().size() - 1;
    }

    @Override
    public String noun() {
        return "parts";
    }

    private Part part(int index) {
        return parts.get(index % parts.size());
    }
}
