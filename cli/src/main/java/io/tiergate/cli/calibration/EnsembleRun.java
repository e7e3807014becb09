package io.tiergate.cli.calibration;

import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.Terminal;
import io.tiergate.cli.data.ImageInput;
import io.tiergate.ensemble.Ensemble;
import io.tiergate.ensemble.Opinion;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/** Asks an ensemble about images, and adjudicates as the cloud does. */
public final class EnsembleRun {
    private final Ensemble ensemble;
    private final ImageInput input;
    /** By index of the edge's label: that of the ensemble's. */
    private final int[] matched;

    private final Terminal terminal;

    /**
     * @param labels of the edge model
     * @throws CommandFailure if the ensemble has other labels
     */
    public EnsembleRun(Ensemble ensemble, ImageInput input, List<String> labels, Terminal terminal) {
        List<String> known = ensemble.manifest().labels();
        if (!new HashSet<>(known).equals(new HashSet<>(labels))) {
            throw new CommandFailure("--ensemble: labels %s of %s differ from the model's: %s (expected: the same)"
                    .formatted(known, ensemble.modelPackage(), labels));
        }
        this.ensemble = ensemble;
        this.input = input;
        this.matched = labels.stream().mapToInt(known::indexOf).toArray();
        this.terminal = terminal;
    }

    /** The answers in the images' order; blocks while the members run. */
    public List<EnsembleAnswer> answers(List<byte[]> images) {
        return Batches.run(images, true, ensemble.modelPackage().toString(), terminal, this::batch);
    }

    private List<EnsembleAnswer> batch(List<byte[]> images) {
        return ensemble.classify(List.of(input.tensor(images))).opinions().stream()
                .map(this::answer)
                .toList();
    }

    private EnsembleAnswer answer(Opinion opinion) {
        if (!opinion.hasQuorum()) {
            return new EnsembleAnswer(List.of(), -1, false);
        }
        List<Double> probabilities = IntStream.of(matched)
                .mapToObj(index -> opinion.distribution().get(index))
                .toList();
        int top = IntStream.range(0, matched.length)
                .filter(label -> matched[label] == opinion.top())
                .findFirst()
                .orElseThrow();
        boolean sure = ensemble.manifest().adjudication().doubt(opinion).isEmpty();
        return new EnsembleAnswer(probabilities, top, sure);
    }
}
