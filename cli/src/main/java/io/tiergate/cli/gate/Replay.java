package io.tiergate.cli.gate;

import io.tiergate.cli.Terminal;
import io.tiergate.cli.calibration.LabeledImages;
import io.tiergate.cli.calibration.Tiers;
import io.tiergate.cli.data.DriftPoint;
import io.tiergate.cli.gate.plot.ReplayPlot;
import io.tiergate.cli.model.PackageAt;
import io.tiergate.gate.AuditDraws;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.runtime.Tensor;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/** Replays labelled images through a gate and tells how well it kept to what it promised. */
public final class Replay {
    private final ReplayOptions options;
    private final PrintWriter out;
    private final Terminal terminal;

    /** @param terminal shows progress */
    public Replay(ReplayOptions options, PrintWriter out, Terminal terminal) {
        this.options = options;
        this.out = out;
        this.terminal = terminal;
    }

    /** Runs the models, then the gate; prints and writes what came of it. */
    public void run() {
        try (Tiers tiers = Tiers.open(new PackageAt("--model", options.model()).edge(), options.ensemble(), terminal)) {
            Replayed replayed = replay(tiers);
            ReplayReport report = report(tiers, replayed);
            new ReplayTable(report, tiers).print(out);
            options.report().ifPresent(report::write);
            options.plot().ifPresent(file -> {
                plot(report).write(file);
                ReplayPictures.write(file, tiers.manifest().name(), options.target(), report, replayed.samples());
            });
            out.flush();
        }
    }

    /** What a gate did, and with what. */
    record Replayed(Optional<Certificate> certificate, IntFunction<ReplaySample> samples, Trace trace) {}

    /** Asks the models, calibrates if the rules need it, and sends the requests through the gate. */
    Replayed replay(Tiers tiers) {
        int labels = tiers.manifest().labels().size();
        LabeledImages images = LabeledImages.read(options.data(), "test", "--data", labels);
        Optional<Certificate> certificate = options.calibration()
                .filter(unused -> ReplayOptions.needCertificate(options.rules()))
                .map(folder -> ReplayCertificate.make(
                        tiers,
                        LabeledImages.read(folder, "calibration", "--calibration", labels),
                        options.rules(),
                        options.checks()));
        SplittableRandom draws = new SplittableRandom(options.seed()).split();
        Requests requests = options.requests().isPresent()
                ? Requests.drawn(options.requests().getAsInt(), images.count(), options.driftAt(), draws)
                : Requests.inFileOrder(images.count(), options.driftAt());
        IntFunction<ReplaySample> samples = samples(tiers, images, requests, certificate.isPresent());
        Trace trace = new GateReplay(
                        options.rules(),
                        tiers.manifest().labels(),
                        certificate,
                        AuditDraws.seeded(options.seed()),
                        new GateReplay.Course(options.verdictDelay(), options.review(), payloadBytes(tiers, images)))
                .run(requests.count(), samples);
        return new Replayed(certificate, samples, trace);
    }

    private ReplayReport report(Tiers tiers, Replayed replayed) {
        Reckoning.Subject subject = new Reckoning.Subject(
                PolicyText.words(options.rules()),
                options.seed(),
                replayed.certificate(),
                options.target(),
                options.driftAt(),
                options.review() && tiers.haveEnsemble());
        return new Reckoning(subject, replayed.trace(), replayed.samples()).report();
    }

    private IntFunction<ReplaySample> samples(Tiers tiers, LabeledImages images, Requests requests, boolean certified) {
        // A threshold that a person has chosen is for scores at the manifest's temperature.
        double temperature = certified
                ? ReplayCertificate.TEMPERATURE
                : tiers.manifest().confidence().temperature();
        ShownSamples shown = new ShownSamples(
                images,
                tiers.edge(images.rows(), images.columns(), temperature),
                tiers.ensemble(images.rows(), images.columns()),
                options.seed());
        Map<Integer, ReplaySample> asTheyAre = shown.of(requests.imagesShown(false), Optional.empty());
        Map<Integer, ReplaySample> changed =
                shown.of(requests.imagesShown(true), options.drift().map(DriftPoint::drift));
        return request -> (requests.isChanged(request) ? changed : asTheyAre).get(requests.image(request));
    }

    private static long payloadBytes(Tiers tiers, LabeledImages images) {
        Tensor one = tiers.input(images.rows(), images.columns()).tensor(List.of(images.image(0)));
        return one.sizeBytes();
    }

    private ReplayPlot plot(ReplayReport report) {
        return new ReplayPlot(
                report.windows().stream()
                        .map(window -> new ReplayPlot.Window(
                                window.to(),
                                orNaN(window.threshold()),
                                window.escalationRate(),
                                orNaN(window.trueRisk()),
                                orNaN(window.lowerBound()),
                                orNaN(window.upperBound())))
                        .toList(),
                options.target(),
                options.drift().map(point -> OptionalLong.of(point.at())).orElse(OptionalLong.empty()),
                report.alarms().stream().map(ReplayReport.RaisedAlarm::at).toList());
    }

    private static double orNaN(Double value) {
        return value == null ? Double.NaN : value;
    }
}
