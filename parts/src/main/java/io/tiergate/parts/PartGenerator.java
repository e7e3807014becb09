package io.tiergate.parts;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Makes pictures of machined parts, sound and defective, with the truth about each.
 *
 * <p>Part {@code i} of a seed and lot is the same, byte for byte, on every machine and however many parts were made before it:
 * only correctly rounded arithmetic and {@link StrictMath} are used. Safe for use by several threads.
 */
public final class PartGenerator {
    /** Width and height of every picture in pixels. */
    public static final int SIDE_PIXELS = Canvas.SIDE;

    /** Shares of the classes, by the number of {@link PartClass}. */
    private static final double[] CLASS_SHARES = {0.40, 0.12, 0.12, 0.12, 0.12, 0.12};

    private static final List<Finish> FINISHES = List.of(Finish.TURNED, Finish.MILLED, Finish.BRUSHED, Finish.BLASTED);
    private static final double[] USUAL_FINISHES = {0.55, 0.27, 0.18, 0};
    private static final double[] NEW_FINISHES = {0, 0.25, 0, 0.75};

    private final long seed;
    private final Lot lot;
    private final Camera camera;

    public PartGenerator(long seed, Lot lot) {
        this.seed = seed;
        this.lot = lot;
        this.camera = new Camera(lot);
    }

    /** Parts 0, 1, 2 and so on, without end. */
    public Stream<Part> parts() {
        return LongStream.iterate(0, i -> i + 1).mapToObj(this::part);
    }

    /** @param index 0 or more */
    public Part part(long index) {
        if (index < 0) {
            throw new IllegalArgumentException("index: " + index + " (expected: 0 or more)");
        }
        Dice dice = Dice.forItem(seed, index);
        PartClass label = PartClass.ofNumber(dice.pick(CLASS_SHARES));
        double[] finishes = dice.chance(lot.newSupplier()) ? NEW_FINISHES : USUAL_FINISHES;
        Finish finish = FINISHES.get(dice.pick(finishes));
        Pose pose = Pose.random(dice);
        Light light = Light.random(dice);
        Canvas canvas = new Canvas();
        Surface surface = new Surface(dice, finish, pose, light);
        surface.drawFace(canvas);
        HarmlessMarks.draw(canvas, dice, pose);
        draw(label, canvas, dice, pose, light);
        surface.cutOut(canvas);
        return new Part(label, camera.take(canvas, dice, light));
    }

    private static void draw(PartClass label, Canvas canvas, Dice dice, Pose pose, Light light) {
        Defect defect =
                switch (label) {
                    case OK -> null;
                    case SCRATCH -> new Defect.Scratch();
                    case DENT -> new Defect.Dent();
                    case CRACK -> new Defect.Crack();
                    case PIT -> new Defect.Pit();
                    case STAIN -> new Defect.Stain();
                };
        if (defect != null) {
            defect.draw(canvas, dice, pose, light, contrast(dice));
        }
    }

    /** Most defects are plain, some are nearly invisible. */
    private static double contrast(Dice dice) {
        double luck = dice.fraction();
        return 0.42 + 0.58 * (1 - luck * luck);
    }
}
