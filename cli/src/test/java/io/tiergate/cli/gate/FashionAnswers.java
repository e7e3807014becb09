package io.tiergate.cli.gate;

import io.tiergate.cli.Terminal;
import io.tiergate.cli.calibration.Calibration;
import io.tiergate.cli.calibration.EnsembleAnswer;
import io.tiergate.cli.calibration.LabeledAnswer;
import io.tiergate.cli.calibration.LabeledImages;
import io.tiergate.cli.calibration.Tiers;
import io.tiergate.cli.data.Drift;
import io.tiergate.cli.data.DriftPoint;
import io.tiergate.cli.model.PackageAt;
import io.tiergate.gate.GatePolicy;
import io.tiergate.gate.GateRules;
import io.tiergate.gate.certificate.Certificate;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** What the models say to the shared images, asked once for all tests and seeds. */
final class FashionAnswers {
    /** The repository's neighbour; not a part of it. */
    static final Path DATA = Path.of("..", "..", "shared", "data", "fashion-mnist")
            .toAbsolutePath()
            .normalize();

    private static final int VERDICT_DELAY = 100;
    private static final String CLEAN = "";

    final List<LabeledAnswer> calibration;
    final List<LabeledAnswer> test;
    private final List<EnsembleAnswer> calibrationVerdicts;
    private final List<String> labels;
    private final Map<String, Map<Integer, ReplaySample>> shown = new HashMap<>();

    /** @param drifts kinds and amounts */
    FashionAnswers(List<String> drifts) {
        Terminal quiet = new Terminal(new PrintWriter(Writer.nullWriter()), false);
        Path models = DATA.resolve("models");
        try (Tiers tiers = Tiers.open(
                new PackageAt("--model", models.resolve("fashion-edge")).edge(),
                Optional.of(models.resolve("fashion-ensemble")),
                quiet)) {
            labels = tiers.manifest().labels();
            LabeledImages toCalibrate = LabeledImages.read(DATA, "calibration", "DATA", labels.size());
            LabeledImages toTest = LabeledImages.read(DATA, "test", "DATA", labels.size());
            calibration = tiers.label(toCalibrate, ReplayCertificate.TEMPERATURE);
            test = tiers.label(toTest, ReplayCertificate.TEMPERATURE);
            calibrationVerdicts = tiers.ensemble(toCalibrate.rows(), toCalibrate.columns())
                    .orElseThrow()
                    .answers(toCalibrate.images());
            ShownSamples samples = new ShownSamples(
                    toTest,
                    tiers.edge(toTest.rows(), toTest.columns(), ReplayCertificate.TEMPERATURE),
                    tiers.ensemble(toTest.rows(), toTest.columns()),
                    1);
            int[] all = IntStream.range(0, toTest.count()).toArray();
            shown.put(CLEAN, samples.of(all, Optional.empty()));
            drifts.forEach(drift -> shown.put(drift, samples.of(all, Optional.of(parsed(drift)))));
        }
    }

    private static Drift parsed(String drift) {
        return DriftPoint.parse(drift + "@0").drift();
    }

    /** As {@link ReplayCertificate} makes it. */
    Certificate certificate(GateRules rules, boolean checks) {
        Calibration made = new Calibration(
                calibration, ReplayCertificate.terms(rules, "margin"), ReplayCertificate.checkShare(checks));
        return made.certificate(
                new Calibration.Subject("", ""),
                true,
                rules.policy() instanceof GatePolicy.Risk
                        ? Optional.of(made.agreement(made.accepted()
                                .mapToObj(calibrationVerdicts::get)
                                .toList()))
                        : Optional.empty(),
                Instant.EPOCH,
                Duration.ZERO);
    }

    /** A replay that is over, and its comparison with the truth. */
    record Replayed(Reckoning reckoning, ReplayReport report) {}

    /** Every test image once. */
    Replayed inFileOrder(GateRules rules, Certificate certificate, boolean review) {
        return replay(
                rules,
                certificate,
                Requests.inFileOrder(test.size(), OptionalInt.empty()),
                CLEAN,
                new SplittableRandom(1),
                review);
    }

    /** Seeded draws as the command makes them. */
    Replayed drawn(GateRules rules, Certificate certificate, int requests, Optional<String> drift, int at, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SplittableRandom draws = random.split();
        SplittableRandom audits = random.split();
        OptionalInt driftAt = drift.isPresent() ? OptionalInt.of(at) : OptionalInt.empty();
        return replay(
                rules,
                certificate,
                Requests.drawn(requests, test.size(), driftAt, draws),
                drift.orElse(CLEAN),
                audits,
                true);
    }

    private Replayed replay(
            GateRules rules,
            Certificate certificate,
            Requests requests,
            String drift,
            SplittableRandom audits,
            boolean review) {
        IntFunction<ReplaySample> samples = request ->
                shown.get(requests.isChanged(request) ? drift : CLEAN).get(requests.image(request));
        Optional<Certificate> used = Optional.of(certificate);
        Trace trace = new GateReplay(rules, labels, used, audits, new GateReplay.Course(VERDICT_DELAY, review, 1))
                .run(requests.count(), samples);
        OptionalInt driftAt =
                IntStream.range(0, requests.count()).filter(requests::isChanged).findFirst();
        Reckoning reckoning = new Reckoning(
                new Reckoning.Subject(
                        PolicyText.words(rules),
                        0,
                        used,
                        OptionalDouble.of(certificate.terms().targetRisk()),
                        driftAt,
                        review),
                trace,
                samples);
        return new Replayed(reckoning, reckoning.report());
    }
}
