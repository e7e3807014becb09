package io.tiergate.cli.gate;

import io.tiergate.cli.data.IdxFixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Images of one row of four pixels for the models of {@code tiny}: the brightest of the first three says the class. */
public final class LevelImages {
    public static final Path MODELS = Path.of("..", "core", "src", "test", "resources", "models", "tiny");

    private LevelImages() {}

    /** So many images, of which most are bright and right; of the others, which are dark, half are wrong. */
    public static Path write(Path folder, String split, int count) throws IOException {
        return write(folder, split, count, 2);
    }

    /** Labels that have nothing to do with the images. */
    public static Path writeNonsense(Path folder, String split, int count) throws IOException {
        return write(folder, split, count, 0);
    }

    private static Path write(Path folder, String split, int count, int right) throws IOException {
        Random random = new Random(count);
        List<byte[]> images = new ArrayList<>();
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            int label = random.nextInt(3);
            boolean isBright = random.nextInt(4) > 0;
            int shown = right == 0 || (!isBright && random.nextBoolean()) ? random.nextInt(3) : label;
            byte[] image = new byte[4];
            image[shown] = (byte) ((isBright ? 200 : 20) + random.nextInt(50));
            images.add(image);
            labels[i] = (byte) label;
        }
        return IdxFixtures.rows(folder, split, images, labels);
    }
}
