package io.tiergate.edge.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DoubleValue;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tiergate.edge.escalation.AppliedVerdict;
import io.tiergate.edge.inference.EdgeModelLoader;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.gate.Gate;
import io.tiergate.gate.GateDecision;
import io.tiergate.gate.GateRequest;
import io.tiergate.gate.GateSnapshot;
import io.tiergate.gate.Reading;
import io.tiergate.gate.control.Alarm;
import io.tiergate.gate.control.Label;
import io.tiergate.gate.control.Outcome;
import io.tiergate.gate.control.RiskEstimate;
import io.tiergate.gate.control.Signal;
import io.tiergate.image.ImageDecoder;
import io.tiergate.model.CertificateFile;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.ModelRepository;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.ModelReference;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.UnusableModelException;
import io.tiergate.serving.inference.ModelCatalog;
import io.tiergate.testing.CertifiedModels;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatesTest {
    private static final double SURE = 0.9;

    @TempDir
    Path folder;

    private final List<Alarm> alarms = new CopyOnWriteArrayList<>();
    private Path version;

    @BeforeEach
    void certify() throws IOException {
        TestModels.copyTo("tiny", "tiny-edge", folder.resolve("models"));
        version = folder.resolve("models/tiny-edge/1");
        CertifiedModels.certify(version, ", audit-rate: 0.5");
    }

    @Test
    void aGateGoesOnWhereItLeftOff() throws Exception {
        GateSnapshot before = run(gate -> {
            decide(gate, SURE, 50);
            decide(gate, 0.1, 50);
            learn(gate, 1, SURE, true);
            return gate.snapshot();
        });
        assertThat(before.braked()).isTrue();
        assertThat(before.threshold()).isEqualTo(CertifiedModels.GUARD);
        assertThat(alarms).extracting(Alarm::signal).containsExactly(Signal.ESCALATION_RATE);

        GateSnapshot after = run(Gate::snapshot);

        assertThat(after.braked()).isTrue();
        assertThat(after.threshold()).isEqualTo(CertifiedModels.GUARD);
        assertThat(after.epoch()).isEqualTo(before.epoch());
        assertThat(after.decided()).isEqualTo(before.decided());
        assertThat(after.estimate()).isEqualTo(before.estimate());
        assertThat(after.alarms()).isEqualTo(before.alarms());
    }

    @Test
    void anAlarmIsSavedAtOnce() throws Exception {
        try (ModelCatalog<ServedModel> catalog = catalog(gates())) {
            Gate gate = catalog.find("tiny-edge").flatMap(ServedModel::gate).orElseThrow();
            decide(gate, 0.1, 50);
            Path file = folder.resolve("data/gates/tiny-edge-1.json");
            org.awaitility.Awaitility.await().until(() -> Files.exists(file));
            assertThat(file)
                    .content()
                    .contains("escalation-rate".replace('-', '_').toUpperCase(java.util.Locale.ROOT));
        }
    }

    /** It is saved from time to time only: what it has learned since must not be lost to somebody who loads the model again. */
    @Test
    void aPackageThatIsLoadedAgainKeepsItsGate() throws Exception {
        try (ModelCatalog<ServedModel> catalog = catalog(gates())) {
            Gate gate = catalog.find("tiny-edge").flatMap(ServedModel::gate).orElseThrow();
            decide(gate, SURE, 50);

            catalog.reload("tiny-edge");

            assertThat(catalog.find("tiny-edge").flatMap(ServedModel::gate)).containsSame(gate);
            CertifiedModels.certify(version, ", audit-rate: 0.25");
            catalog.reload("tiny-edge");
            assertThat(catalog.find("tiny-edge")
                            .flatMap(ServedModel::gate)
                            .orElseThrow()
                            .snapshot()
                            .decided())
                    .as("under other rules")
                    .isZero();
        }
    }

    @Test
    void aGateWithOtherRulesStartsAnew() throws Exception {
        run(gate -> {
            decide(gate, 0.1, 50);
            return gate.snapshot();
        });
        CertifiedModels.certify(version, ", audit-rate: 0.25");

        GateSnapshot after = run(Gate::snapshot);

        assertThat(after.braked()).isFalse();
        assertThat(after.decided()).isZero();
    }

    @Test
    void aGateWhoseFileIsBrokenStartsAnew() throws Exception {
        run(gate -> {
            decide(gate, 0.1, 50);
            return gate.snapshot();
        });
        Files.writeString(folder.resolve("data/gates/tiny-edge-1.json"), "{\"digest\":");

        assertThat(run(Gate::snapshot).decided()).isZero();
    }

    /** JSON that can be read, of which no gate can be made: a disk's bit, or a person's hand. */
    @Test
    void aGateThatCannotUseItsFileStartsAnew() throws Exception {
        run(gate -> {
            decide(gate, 0.1, 50);
            return gate.snapshot();
        });
        Path file = folder.resolve("data/gates/tiny-edge-1.json");
        String saved = Files.readString(file);
        for (String broken : List.of(
                saved.replaceFirst("\"below\":[0-9.]+", "\"below\":\"NaN\""),
                saved.replaceFirst("\"audits\":\\[.*?\\]", "\"audits\":null"),
                saved.replaceFirst("\"state\":.*", "\"state\":null}"))) {
            assertThat(broken).isNotEqualTo(saved);
            Files.writeString(file, broken);

            GateSnapshot after = run(Gate::snapshot);

            assertThat(after.decided()).isZero();
            assertThat(after.braked()).isFalse();
        }
    }

    @Test
    void withASeedTheSameAuditsAreDrawnAgain() throws Exception {
        assertThat(run(GatesTest::audits))
                .isEqualTo(run(gate -> audits(gate)))
                .contains(true)
                .contains(false);
    }

    private static List<Boolean> audits(Gate gate) {
        return java.util.stream.IntStream.range(0, 40)
                .mapToObj(i -> gate.decide(scored(SURE), GateRequest.DEFAULT) instanceof GateDecision.Accept accept
                        && accept.isAudited())
                .toList();
    }

    @Test
    void aCertificateOfAnotherModelIsRefused() throws Exception {
        CertificateFile.write(version, CertifiedModels.certificate("sha256:" + "0".repeat(64)));

        assertThatThrownBy(this::open)
                .isInstanceOf(UnusableModelException.class)
                .hasMessageStartingWith("certificate.json is for another model: sha256:000")
                .hasMessageEndingWith("remove it, or make one with 'tiergate model calibrate'");
    }

    @Test
    void aCertificateWithImpossibleNumbersIsRefused() throws Exception {
        Path file = version.resolve(CertificateFile.NAME);
        String written = Files.readString(file);
        for (String broken : List.of(
                written.replaceFirst("\"value\" : 0.5", "\"value\" : \"NaN\""),
                written.replaceFirst("\"temperature\" : 1.0", "\"temperature\" : 0.0"))) {
            assertThat(broken).isNotEqualTo(written);
            Files.writeString(file, broken);

            assertThatThrownBy(this::open)
                    .isInstanceOf(UnusableModelException.class)
                    .hasMessageStartingWith("certificate.json: ")
                    .hasMessageEndingWith("(expected: as 'tiergate model calibrate' writes it)");
        }
    }

    /** A cloud of another make. */
    @Test
    void aDoubtThatIsNoNumberIsTakenForTheEdgesOwn() throws Exception {
        try (ModelCatalog<ServedModel> catalog = catalog(gates())) {
            ServedModel served = catalog.find("tiny-edge").orElseThrow();
            EscalatedSample sample = EscalatedSample.newBuilder()
                    .setEscalationId("0197a0b1-0000-7000-8000-000000000001")
                    .setModel(ModelReference.newBuilder().setName("tiny-edge").setDigest(served.digest()))
                    .setPurpose(Purpose.PURPOSE_AUDITED)
                    .setInclusionProbability(0.5)
                    .setScore(SURE)
                    .setPrediction(EdgePrediction.newBuilder().setLabel("a").addAllProbabilities(List.of(0.75f, 0.25f)))
                    .build();
            Verdict parked = Verdict.newBuilder()
                    .setParked(Verdict.Parked.newBuilder().setEdgeWrongProbability(DoubleValue.of(Double.NaN)))
                    .build();

            new GateFeedback(catalog).learn(new AppliedVerdict(parked, sample, Optional.empty()));

            RiskEstimate estimate = served.gate().orElseThrow().snapshot().estimate();
            assertThat(estimate.open()).isEqualTo(1);
            assertThat(estimate.estimated()).isEqualTo(0.25);
        }
    }

    @Test
    void aPromiseWithoutACertificateIsRefused() throws Exception {
        Files.delete(version.resolve(CertificateFile.NAME));

        assertThatThrownBy(() -> gates().open(open()))
                .isInstanceOf(UnusableModelException.class)
                .hasMessage(
                        "model.yaml: gate.policy: risk needs a certificate, and the package has none; make one with 'tiergate model calibrate'");
    }

    @Test
    void aCertificateThatPromisesLessThanTheManifestIsRefused() throws Exception {
        Path manifest = version.resolve("model.yaml");
        Files.writeString(manifest, Files.readString(manifest).replace("target-risk: 0.03", "target-risk: 0.02"));

        assertThatThrownBy(() -> gates().open(open()))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageStartingWith("model.yaml: gate.target-risk: 0.02, but the certificate promises 0.03");
    }

    private interface Use<T> {
        T of(Gate gate);
    }

    /** A gateway's life: the gate is opened, used and saved. */
    private <T> T run(Use<T> use) throws Exception {
        Gates gates = gates();
        try (ModelCatalog<ServedModel> catalog = catalog(gates)) {
            T result =
                    use.of(catalog.find("tiny-edge").flatMap(ServedModel::gate).orElseThrow());
            gates.close();
            return result;
        }
    }

    private ModelCatalog<ServedModel> catalog(Gates gates) throws IOException {
        ModelCatalog<ServedModel> catalog = ModelCatalog.load(
                folder.resolve("models"),
                new EdgeModelLoader(SessionSettings.SINGLE_THREADED, ImageDecoder.within(100_000_000), gates::open));
        gates.start(catalog);
        return catalog;
    }

    private Gates gates() {
        GateConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(
                        Map.of("tiergate.gate.seed", "7", "tiergate.gate.save", "1h"), "test", 100))
                .withMapping(GateConfig.class)
                .build()
                .getConfigMapping(GateConfig.class);
        return new Gates(folder.resolve("data"), config, (model, alarm) -> alarms.add(alarm));
    }

    private EdgeModel open() throws IOException {
        return EdgeModel.open(ModelRepository.listVersion(version).packages().get(0), SessionSettings.SINGLE_THREADED);
    }

    private static void decide(Gate gate, double margin, int times) {
        for (int i = 0; i < times; i++) {
            gate.decide(scored(margin), GateRequest.DEFAULT);
        }
    }

    private static void learn(Gate gate, long key, double score, boolean wrong) {
        long epoch = gate.snapshot().epoch();
        gate.learned(new Outcome(key, epoch, score, true, 0.2, new Label.ByPerson(wrong), Optional.empty()));
    }

    /** Probabilities of three classes with just this margin. */
    private static Reading scored(double margin) {
        Reading reading = Reading.of((1 + margin) / 2, (1 - margin) / 2, 0);
        new io.tiergate.gate.Confidence(io.tiergate.gate.Score.Formula.MARGIN, 1, io.tiergate.gate.Activation.NONE)
                .read(reading, 3);
        return reading;
    }
}
