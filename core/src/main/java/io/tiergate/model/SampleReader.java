package io.tiergate.model;

import io.tiergate.gate.Confidence;
import io.tiergate.gate.Reading;
import io.tiergate.gate.Score;
import io.tiergate.gate.check.InputStatistics;
import io.tiergate.gate.check.Limits;
import io.tiergate.gate.check.Statistic;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Tensor;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads the samples of a run as a package's manifest and certificate say, one after the other. Safe on every thread. */
public final class SampleReader {
    private final String outputName;
    private final Confidence confidence;
    private final int labels;
    private final Limits limits;
    private final boolean checksInput;

    private SampleReader(String outputName, Confidence confidence, int labels, Limits limits) {
        this.outputName = outputName;
        this.confidence = confidence;
        this.labels = labels;
        this.limits = limits;
        this.checksInput = limits.needInput();
    }

    /** For a model with a manifest. */
    public static SampleReader of(EdgeModel model) {
        EdgeManifest manifest = model.manifest().orElseThrow();
        return new SampleReader(
                manifest.outputName(), model.confidence(), manifest.labels().size(), model.limits());
    }

    /** The same with another temperature and other limits: what a calibration looks at. */
    public SampleReader with(double temperature, Limits others) {
        return new SampleReader(
                outputName, new Confidence(confidence.score(), temperature, confidence.activation()), labels, others);
    }

    /** The outputs that a run has to give. */
    public Set<String> outputs() {
        Set<String> outputs = new LinkedHashSet<>();
        outputs.add(outputName);
        confidence.score().requiredOutput().ifPresent(outputs::add);
        return outputs;
    }

    /**
     * Reads one sample's answer.
     *
     * @param rows how many samples the outputs hold
     */
    public void read(List<Tensor> outputs, int row, int rows, Reading reading) {
        Tensor output = named(outputs, outputName);
        int each = numbersEach(output, rows);
        output.copyRow(row, each, reading.values(each));
        if (confidence.score() instanceof Score.Output own) {
            Tensor score = named(outputs, own.name());
            // A model may leave shapes open: what is not just one number is none.
            reading.ownScore(numbersEach(score, rows) == 1 ? score.doubleAt(row) : Double.NaN);
        }
        confidence.read(reading, labels);
    }

    /**
     * The check beside the score that a sample fails, or null.
     *
     * @param input the model's first
     * @param reading of the same sample
     */
    public Statistic failed(Tensor input, int row, int rows, Reading reading) {
        if (limits.ranges().isEmpty() || !reading.isUsable()) {
            return null;
        }
        return limits.failed(statistics(input, row, rows, reading, checksInput));
    }

    /**
     * All statistics of a sample, by {@link Statistic#index}, in an array of the reading's own; those of an input that has none are NaN.
     */
    public double[] statistics(Tensor input, int row, int rows, Reading reading) {
        return statistics(input, row, rows, reading, true);
    }

    private double[] statistics(Tensor input, int row, int rows, Reading reading, boolean ofInput) {
        double[] statistics = reading.statistics();
        Arrays.fill(statistics, Double.NaN);
        int each = numbersEach(input, rows);
        if (ofInput && each >= 2) {
            if (input.type() == DataType.FP32) {
                InputStatistics.read(input.data(), InputStatistics.FLOATS, row * each, each, statistics);
            } else if (input.type() == DataType.UINT8) {
                InputStatistics.read(input.data(), InputStatistics.UNSIGNED_BYTES, row * each, each, statistics);
            }
        }
        // Of logits alone, and at their own scale: a certificate's temperature has no say in what is familiar.
        if (confidence.activation().givesLogits()) {
            statistics[Statistic.ENERGY.index()] = reading.energy(1);
        }
        return statistics;
    }

    private static int numbersEach(Tensor tensor, int rows) {
        return Math.toIntExact(tensor.shape().elements(tensor.name()) / rows);
    }

    /** Of a handful at most. */
    private static Tensor named(List<Tensor> tensors, String name) {
        for (Tensor tensor : tensors) {
            if (tensor.name().equals(name)) {
                return tensor;
            }
        }
        throw new IllegalArgumentException("no output '" + name + "'");
    }
}
