package io.tiergate.cli.calibration;

import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.Terminal;
import io.tiergate.cli.data.ImageInput;
import io.tiergate.cli.model.PackageAt;
import io.tiergate.ensemble.Ensemble;
import io.tiergate.gate.certificate.Agreement;
import io.tiergate.model.EdgeManifest;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.ModelPackage;
import io.tiergate.runtime.SessionSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An edge model and, if one is asked, the ensemble that gives verdicts on it. */
public final class Tiers implements AutoCloseable {
    private final EdgeModel edge;
    private final Optional<Ensemble> ensemble;
    private final Terminal terminal;

    private Tiers(EdgeModel edge, Optional<Ensemble> ensemble, Terminal terminal) {
        this.edge = edge;
        this.ensemble = ensemble;
        this.terminal = terminal;
    }

    /**
     * Loads them; a certificate in the edge model's package has no say.
     *
     * @param ensemble folder of its package
     * @throws CommandFailure if a folder has no package, or one of another kind
     */
    public static Tiers open(ModelPackage model, Optional<Path> ensemble, Terminal terminal) {
        Optional<ModelPackage> verdicts = ensemble.map(path -> new PackageAt("--ensemble", path).ensemble());
        EdgeModel edge = EdgeModel.openWithoutCertificate(model, SessionSettings.SINGLE_THREADED);
        try {
            return new Tiers(edge, verdicts.map(Tiers::open), terminal);
        } catch (RuntimeException e) {
            edge.close();
            throw e;
        }
    }

    private static Ensemble open(ModelPackage ensemble) {
        return Ensemble.open(
                ensemble, (EnsembleManifest) ensemble.manifest().orElseThrow(), SessionSettings.SINGLE_THREADED);
    }

    public ModelPackage modelPackage() {
        return edge.modelPackage();
    }

    public EdgeManifest manifest() {
        return edge.manifest().orElseThrow();
    }

    public boolean haveEnsemble() {
        return ensemble.isPresent();
    }

    /** How the edge model takes images of a size, in pixels. */
    public ImageInput input(int rows, int columns) {
        return ImageInput.of(edge.modelPackage().name(), edge.session().signature(), rows, columns);
    }

    /** Asks the edge model about images of a size, in pixels; scores are at the temperature. */
    public EdgeRun edge(int rows, int columns, double temperature) {
        return new EdgeRun(edge, input(rows, columns), temperature, terminal);
    }

    /** Asks the ensemble, if there is one. */
    public Optional<EnsembleRun> ensemble(int rows, int columns) {
        return ensemble.map(members -> new EnsembleRun(
                members,
                ImageInput.of(members.modelPackage().name(), members.signature(), rows, columns),
                manifest().labels(),
                terminal));
    }

    /** All that is known of a split's images: their classes, and what the edge model answers to them. */
    public List<LabeledAnswer> label(LabeledImages images, double temperature) {
        return images.label(edge(images.rows(), images.columns(), temperature).answers(images.images()));
    }

    /** Counts how much of the errors the ensemble sees in what a calibration on these images accepts; empty without one. */
    public Optional<Agreement> agreement(Calibration calibration, LabeledImages images) {
        return ensemble(images.rows(), images.columns())
                .map(run -> calibration.agreement(run.answers(
                        calibration.accepted().mapToObj(images::image).toList())));
    }

    @Override
    public void close() {
        edge.close();
        ensemble.ifPresent(Ensemble::close);
    }
}
