package io.tiergate.edge.inference;

import io.tiergate.gate.AuditSampler;
import io.tiergate.gate.Gate;
import io.tiergate.model.EdgeManifest;
import io.tiergate.model.EdgeModel;
import io.tiergate.runtime.Signature;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A model that is loaded and answers.
 *
 * @param gate absent for a model that is served without one
 */
public record ServedModel(EdgeModel model, Optional<Gate> gate) {

    static ServedModel of(EdgeModel model) {
        AuditSampler audits = new AuditSampler(() -> ThreadLocalRandom.current().nextDouble());
        return new ServedModel(
                model, model.manifest().flatMap(EdgeManifest::policy).map(policy -> new Gate(policy, audits)));
    }

    public String name() {
        return model.modelPackage().name();
    }

    public long version() {
        return model.modelPackage().version();
    }

    public String digest() {
        return model.modelPackage().digest();
    }

    public Signature signature() {
        return model.session().signature();
    }

    /** The gated model's manifest. */
    EdgeManifest manifest() {
        return model.manifest().orElseThrow();
    }

    /** The class's name, or nothing where the package names no classes or there is no class. */
    public String label(int index) {
        return index < 0 ? "" : model.manifest().map(m -> m.labels().get(index)).orElse("");
    }

    /** Index of a class by name; -1 if this model does not know it. */
    public int labelIndex(String label) {
        return model.manifest().map(m -> m.labels().indexOf(label)).orElse(-1);
    }
}
