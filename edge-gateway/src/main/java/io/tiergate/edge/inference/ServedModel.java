package io.tiergate.edge.inference;

import io.tiergate.gate.Gate;
import io.tiergate.image.ImageDecoder;
import io.tiergate.image.ImagePreprocessor;
import io.tiergate.model.EdgeManifest;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.SampleReader;
import io.tiergate.proto.v1.ModelReference;
import io.tiergate.runtime.InvalidTensorException;
import io.tiergate.runtime.Signature;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.inference.Servable;
import java.util.List;
import java.util.Optional;

/**
 * A model that is loaded and answers.
 *
 * @param gate absent for a model that is served without one
 * @param sampleReader absent for a model without a gate
 * @param preprocessor absent for a model that takes tensors only
 */
public record ServedModel(
        EdgeModel model,
        Optional<Gate> gate,
        Optional<SampleReader> sampleReader,
        Optional<ImagePreprocessor> preprocessor)
        implements Servable {

    static ServedModel of(EdgeModel model, Optional<Gate> gate, ImageDecoder decoder) {
        Signature signature = model.session().signature();
        return new ServedModel(
                model,
                gate,
                gate.map(gated -> SampleReader.of(model)),
                model.manifest()
                        .flatMap(EdgeManifest::preprocessing)
                        // A manifest is accepted only for a model with one input.
                        .map(preprocessing -> ImagePreprocessor.of(
                                preprocessing, signature.inputs().get(0), decoder)));
    }

    /**
     * Checks a call's tensors and puts them into the model's order.
     *
     * @throws InvalidTensorException as {@link Signature#arrange} does
     */
    public CallInputs tensors(List<Tensor> given) {
        return arranged(signature().arrange(name(), given));
    }

    /** The tensors of a call, checked and in the model's order already. */
    public CallInputs arranged(List<Tensor> arranged) {
        long rows = signature().hasBatchDimension() ? arranged.get(0).shape().size(0) : 1;
        return new CallInputs.Tensors(rows, arranged);
    }

    @Override
    public String name() {
        return model.modelPackage().name();
    }

    @Override
    public long version() {
        return model.modelPackage().version();
    }

    @Override
    public String digest() {
        return model.modelPackage().digest();
    }

    /** Which model it is, as records and answers name it. */
    public ModelReference reference() {
        return ModelReference.newBuilder()
                .setName(name())
                .setVersion(version())
                .setDigest(digest())
                .build();
    }

    @Override
    public Signature signature() {
        return model.session().signature();
    }

    @Override
    public List<String> labels(String output) {
        return model.manifest()
                .filter(manifest -> manifest.outputName().equals(output))
                .map(EdgeManifest::labels)
                .orElse(List.of());
    }

    /** How the gated model's samples are read. */
    SampleReader reader() {
        return sampleReader.orElseThrow();
    }

    /** The gated model's manifest. */
    EdgeManifest manifest() {
        return model.manifest().orElseThrow();
    }

    /** The class's name, or nothing where the package names no classes or there is no class. */
    public String label(int index) {
        return index < 0 ? "" : model.manifest().map(m -> m.labels().get(index)).orElse("");
    }

    /** The classes' names; empty where the package names none. */
    public List<String> labels() {
        return model.manifest().map(EdgeManifest::labels).orElse(List.of());
    }

    /** Index of a class by name; -1 if this model does not know it. */
    public int labelIndex(String label) {
        return model.manifest().map(m -> m.labels().indexOf(label)).orElse(-1);
    }

    @Override
    public boolean retain() {
        return model.session().retain();
    }

    @Override
    public void release() {
        model.session().release();
    }

    @Override
    public void close() {
        model.close();
    }
}
