package io.tiergate.model;

import io.tiergate.gate.Confidence;
import io.tiergate.gate.Gate;
import io.tiergate.gate.GatePolicy;
import io.tiergate.gate.GateRules;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.check.Limits;
import io.tiergate.image.ImagePreprocessor;
import io.tiergate.runtime.OnnxSession;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.Signature;
import io.tiergate.runtime.TensorSpec;
import io.tiergate.runtime.UnusableModelException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * A loaded model of the edge, with its manifest and its certificate where it has them. Runs may overlap; see {@link OnnxSession} on closing
 * it meanwhile.
 */
public record EdgeModel(
        ModelPackage modelPackage,
        Optional<EdgeManifest> manifest,
        Optional<Certificate> certificate,
        OnnxSession session)
        implements AutoCloseable {

    /**
     * Loads a package and checks the manifest against the model.
     *
     * @throws UnusableModelException with one sentence if the file cannot be loaded or does not fit its manifest
     */
    public static EdgeModel open(ModelPackage modelPackage, SessionSettings settings) {
        return open(modelPackage, settings, EdgeModel::certificate);
    }

    /**
     * As {@link #open}, but takes no notice of a certificate that is there, however wrong: for who makes one.
     *
     * @throws UnusableModelException with one sentence if the file cannot be loaded or does not fit its manifest
     */
    public static EdgeModel openWithoutCertificate(ModelPackage modelPackage, SessionSettings settings) {
        return open(modelPackage, settings, unused -> Optional.empty());
    }

    private static EdgeModel open(
            ModelPackage modelPackage,
            SessionSettings settings,
            Function<ModelPackage, Optional<Certificate>> certificate) {
        OnnxSession session = OnnxSession.open(modelPackage.modelFile(), settings);
        try {
            Optional<EdgeManifest> manifest = modelPackage.manifest().map(EdgeManifest.class::cast);
            manifest.ifPresent(m -> check(m, session.signature()));
            return new EdgeModel(modelPackage, manifest, certificate.apply(modelPackage), session);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static Optional<Certificate> certificate(ModelPackage modelPackage) {
        try {
            Optional<Certificate> certificate = CertificateFile.read(modelPackage.directory());
            if (certificate.isPresent()) {
                String digest = ModelDigest.of(modelPackage.directory());
                if (!certificate.get().model().equals(digest)) {
                    throw new UnusableModelException(
                            "%s is for another model: %s (this one is %s); remove it, or make one with 'tiergate model calibrate'"
                                    .formatted(
                                            CertificateFile.NAME,
                                            certificate.get().model(),
                                            digest));
                }
            }
            return certificate;
        } catch (RefusedPackageException e) {
            throw new UnusableModelException(e.getMessage());
        } catch (IOException e) {
            throw new UnusableModelException(CertificateFile.NAME + ": cannot be read: " + e.getMessage());
        }
    }

    /**
     * How the model's output is read and scored. A certificate holds for scores at its own temperature; a threshold that a person has chosen,
     * for those at the manifest's.
     */
    public Confidence confidence() {
        Confidence confidence = manifest.orElseThrow().confidence();
        boolean fixed = manifest.get()
                .gate()
                .filter(gate -> gate.policy() instanceof GatePolicy.Fixed)
                .isPresent();
        return certificate
                .filter(found -> !fixed)
                .map(found -> new Confidence(confidence.score(), found.terms().temperature(), confidence.activation()))
                .orElse(confidence);
    }

    /** The checks beside the score; none without a certificate. */
    public Limits limits() {
        return certificate.map(Certificate::limits).orElse(Limits.NONE);
    }

    /**
     * Makes the gate that the manifest asks for.
     *
     * @param random draws audits
     * @param nanos of a clock that never goes back
     * @return empty for a model that is served without one
     * @throws UnusableModelException with one sentence if the package cannot be gated so
     */
    public Optional<Gate> gate(RandomGenerator random, LongSupplier nanos) {
        return manifest.flatMap(m -> m.gate().map(rules -> gate(m, rules, random, nanos)));
    }

    private Gate gate(EdgeManifest gated, GateRules rules, RandomGenerator random, LongSupplier nanos) {
        String score = gated.confidence().score().word();
        certificate.filter(found -> !found.terms().score().equals(score)).ifPresent(found -> {
            throw new UnusableModelException(
                    "%s is for the score %s (model.yaml: confidence.score is %s); make one for it with 'tiergate model calibrate'"
                            .formatted(CertificateFile.NAME, found.terms().score(), score));
        });
        try {
            return Gate.of(rules, gated.labels(), certificate, random, nanos);
        } catch (IllegalArgumentException e) {
            throw new UnusableModelException(ModelPackage.MANIFEST + ": " + e.getMessage());
        }
    }

    private static void check(EdgeManifest manifest, Signature signature) {
        ModelInputs.check(manifest.inputNames(), signature, ModelPackage.MODEL);
        TensorSpec output = output(signature, manifest.outputName());
        boolean freeInput =
                signature.inputs().stream().anyMatch(spec -> spec.shape().startsWithAny());
        if (manifest.gate().isPresent() && freeInput && !signature.hasBatchDimension()) {
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
