package io.tiergate.cloud.adjudication;

import io.tiergate.ensemble.Ensemble;
import io.tiergate.model.Displays;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Signature;
import io.tiergate.runtime.TensorSpec;
import io.tiergate.serving.inference.Servable;
import java.util.List;

/**
 * An ensemble that is loaded and answers.
 *
 * @param signature the members' inputs, and {@link #PROBABILITIES} as the only output
 * @param displays how people see the samples that come to it
 */
public record ServedEnsemble(Ensemble ensemble, Signature signature, Displays displays) implements Servable {
    /** FP32, a row a sample, in it a probability for each of the package's labels. */
    public static final String PROBABILITIES = "probabilities";

    static ServedEnsemble of(Ensemble ensemble, Displays displays) {
        TensorSpec probabilities = new TensorSpec(
                PROBABILITIES,
                DataType.FP32,
                Shape.of(Shape.ANY, ensemble.manifest().labels().size()));
        return new ServedEnsemble(
                ensemble, new Signature(ensemble.signature().inputs(), List.of(probabilities)), displays);
    }

    @Override
    public String name() {
        return ensemble.modelPackage().name();
    }

    @Override
    public long version() {
        return ensemble.modelPackage().version();
    }

    @Override
    public String digest() {
        return ensemble.modelPackage().digest();
    }

    @Override
    public String platform() {
        return "ensemble";
    }

    @Override
    public List<String> labels(String output) {
        return ensemble.manifest().labels();
    }

    @Override
    public boolean retain() {
        return ensemble.retain();
    }

    @Override
    public void release() {
        ensemble.release();
    }

    @Override
    public void close() {
        ensemble.close();
    }
}
