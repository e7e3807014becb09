package io.tiergate.model;

import io.tiergate.image.ImagePreprocessor;
import io.tiergate.runtime.OnnxSession;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.Signature;
import io.tiergate.runtime.TensorSpec;
import io.tiergate.runtime.UnusableModelException;
import java.util.Optional;

/** A loaded model of the edge, with its manifest where it has one. Runs may overlap; see {@link OnnxSession} on closing it meanwhile. */
public record EdgeModel(ModelPackage modelPackage, Optional<EdgeManifest> manifest, OnnxSession session)
        implements AutoCloseable {

    /**
     * Loads a package and checks the manifest against the model.
     *
     * @throws UnusableModelException with one sentence if the file cannot be loaded or does not fit its manifest
     */
    public static EdgeModel open(ModelPackage modelPackage, SessionSettings settings) {
        OnnxSession session = OnnxSession.open(modelPackage.modelFile(), settings);
        try {
            Optional<EdgeManifest> manifest = modelPackage.manifest().map(EdgeManifest.class::cast);
            manifest.ifPresent(m -> check(m, session.signature()));
            return new EdgeModel(modelPackage, manifest, session);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static void check(EdgeManifest manifest, Signature signature) {
        ModelInputs.check(manifest.inputNames(), signature, ModelPackage.MODEL);
        TensorSpec output = output(signature, manifest.outputName());
        boolean freeInput =
                signature.inputs().stream().anyMatch(spec -> spec.shape().startsWithAny());
        if (manifest.policy().isPresent() && freeInput && !signature.hasBatchDimension()) {
            throw new UnusableModelException(
                    "%s leaves the first size of some inputs and outputs free and fixes that of others (expected: all free, a batch dimension, or all fixed, to be gated): inputs %s, outputs %s"
                            .formatted(ModelPackage.MODEL, signature.inputs(), signature.outputs()));
        }
        ClassLabels.check(manifest.labels(), manifest.confidence().activation(), output, ModelPackage.MODEL);
        manifest.confidence()
                .score()
                .requiredOutput()
                .ifPresent(score -> checkScore(output(signature, score), signature));
        manifest.escalation()
                .flatMap(escalation -> escalation.payload().requiredOutput())
                .ifPresent(payload -> checkPayload(output(signature, payload)));
        manifest.preprocessing()
                .ifPresent(preprocessing -> ImagePreprocessor.check(
                        preprocessing, signature.inputs().getFirst()));
    }

    private static void checkPayload(TensorSpec output) {
        if (output.shared()) {
            throw new UnusableModelException(
                    "model.yaml: escalation.payload: output '%s' is the same for all samples (expected: an output with something of each sample)"
                            .formatted(output.name()));
        }
    }

    /** Package-private for its test: not every shape is worth a model. */
    static void checkScore(TensorSpec output, Signature signature) {
        if (output.shared()) {
            throw new UnusableModelException(
                    "model.yaml: confidence.score: output '%s' is the same for all samples (expected: an output with one number for each sample)"
                            .formatted(output.name()));
        }
        boolean freeWithoutBatch = output.shape().startsWithAny() && !signature.hasBatchDimension();
        if (!output.type().isFloatingPoint() || freeWithoutBatch || ClassLabels.numbers(output.shape()) != 1) {
            throw new UnusableModelException(
                    "model.yaml: confidence.score: output '%s' is %s %s (expected: one number a sample, FP16, BF16, FP32 or FP64, of shape %s)"
                            .formatted(
                                    output.name(),
                                    output.type(),
                                    output.shape(),
                                    signature.hasBatchDimension() ? "[-1] or [-1, 1]" : "[] or [1]"));
        }
    }

    private static TensorSpec output(Signature signature, String name) {
        return signature
                .output(name)
                .orElseThrow(() -> new UnusableModelException("model.yaml: output '%s' is not in the model (it has: %s)"
                        .formatted(
                                name,
                                signature.outputs().stream()
                                        .map(TensorSpec::name)
                                        .toList())));
    }

    @Override
    public void close() {
        session.close();
    }
}
