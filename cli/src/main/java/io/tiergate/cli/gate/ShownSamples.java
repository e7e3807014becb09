package io.tiergate.cli.gate;

import io.tiergate.cli.calibration.EdgeAnswer;
import io.tiergate.cli.calibration.EdgeRun;
import io.tiergate.cli.calibration.EnsembleAnswer;
import io.tiergate.cli.calibration.EnsembleRun;
import io.tiergate.cli.calibration.LabeledImages;
import io.tiergate.cli.data.Drift;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Asks the models about the images that a replay shows, each image at most once as it is and once changed. */
final class ShownSamples {
    /** Keeps the random changes of neighbouring images and seeds apart. */
    private static final long SEED_STRIDE = 1_000_003L;

    private final LabeledImages images;
    private final EdgeRun edge;
    private final Optional<EnsembleRun> ensemble;
    private final long seed;

    /** @param seed of random changes */
    ShownSamples(LabeledImages images, EdgeRun edge, Optional<EnsembleRun> ensemble, long seed) {
        this.images = images;
        this.edge = edge;
        this.ensemble = ensemble;
        this.seed = seed;
    }

    /** By index of the image. */
    Map<Integer, ReplaySample> of(int[] indexes, Optional<Drift> drift) {
        List<byte[]> shown =
                Arrays.stream(indexes).mapToObj(i -> shown(i, drift)).toList();
        List<EdgeAnswer> edgeAnswers = edge.answers(shown);
        Optional<List<EnsembleAnswer>> verdicts = ensemble.map(run -> run.answers(shown));
        Map<Integer, ReplaySample> samples = new HashMap<>();
        for (int i = 0; i < indexes.length; i++) {
            int at = i;
            samples.put(
                    indexes[i],
                    new ReplaySample(
                            edgeAnswers.get(i), images.label(indexes[i]), verdicts.map(answers -> answers.get(at))));
        }
        return samples;
    }

    private byte[] shown(int index, Optional<Drift> drift) {
        byte[] image = images.image(index);
        return drift.map(change -> change.apply(
                        image, images.rows(), images.columns(), new SplittableRandom(seed * SEED_STRIDE + index)))
                .orElse(image);
    }
}
