package io.tiergate.cloud.adjudication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.ensemble.Disagreement;
import io.tiergate.ensemble.Ensemble;
import io.tiergate.ensemble.Opinion;
import io.tiergate.gate.Distribution;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.runtime.NativeLibraries;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the ensemble says of the edge's answer where a person has to decide. */
class VerdictFactoryTest {
    private static final Disagreement MUCH = new Disagreement(1.0, 0.5, 0.1, false);
    /** Of the labels a, b and c. */
    private static final Opinion UNSURE = new Opinion(Distribution.of(0.5, 0.375, 0.125), MUCH, List.of());

    @TempDir
    Path repository;

    private Ensemble ensemble;

    @BeforeEach
    void load() throws Exception {
        NativeLibraries.installOnnxRuntime(Path.of("target", "native"));
        TestModels.copyTo("tiny", "tiny-ensemble", repository);
        ModelPackage found = ModelRepository.listVersion(repository.resolve("tiny-ensemble/1"))
                .packages()
                .get(0);
        ensemble = Ensemble.open(
                found, (EnsembleManifest) found.manifest().orElseThrow(), SessionSettings.SINGLE_THREADED);
    }

    @AfterEach
    void close() {
        ensemble.close();
    }

    @Test
    void theEdgeIsWrongAsFarAsTheEnsembleDoesNotTakeItsLabelForTrue() {
        assertThat(wrongProbability("a", UNSURE)).isCloseTo(0.5, within(1e-12));
        assertThat(wrongProbability("b", UNSURE)).isCloseTo(0.625, within(1e-12));
        assertThat(wrongProbability("c", UNSURE)).isCloseTo(0.875, within(1e-12));
    }

    /** An index of the edge's own says nothing here: it may list its labels in another order. */
    @Test
    void theEdgesLabelIsFoundByItsName() {
        EscalatedSample sample = EscalatedSample.newBuilder()
                .setPrediction(EdgePrediction.newBuilder().setLabel("c").setLabelIndex(0))
                .build();

        assertThat(parked(sample, UNSURE).getEdgeWrongProbability().getValue()).isCloseTo(0.875, within(1e-12));
    }

    /** Probabilities are sums of rounded numbers. */
    @Test
    void itIsNeverNegative() {
        Opinion tooSure = new Opinion(Distribution.of(1.0000000000000002, 0, 0), MUCH, List.of());

        assertThat(wrongProbability("a", tooSure)).isZero();
    }

    @Test
    void withoutAQuorumNobodyKnows() {
        Opinion noQuorum = new Opinion(Distribution.UNKNOWN, new Disagreement(0, 0, 0, false), List.of());

        assertThat(parked(sample("a"), noQuorum).hasEdgeWrongProbability()).isFalse();
    }

    @Test
    void ofALabelThatTheEnsembleDoesNotKnowItSaysNothing() {
        assertThat(parked(sample("d"), UNSURE).hasEdgeWrongProbability()).isFalse();
        assertThat(parked(sample(""), UNSURE).hasEdgeWrongProbability())
                .as("the edge had none")
                .isFalse();
    }

    @Test
    void anEnsembleThatWasNotAskedSaysNothing() {
        Verdict verdict = new VerdictFactory().withoutPayload(sample("a"), ensemble);

        assertThat(verdict.getParked().hasEdgeWrongProbability()).isFalse();
    }

    private double wrongProbability(String edgeLabel, Opinion opinion) {
        Verdict.Parked parked = parked(sample(edgeLabel), opinion);
        assertThat(parked.hasEdgeWrongProbability()).isTrue();
        return parked.getEdgeWrongProbability().getValue();
    }

    private Verdict.Parked parked(EscalatedSample sample, Opinion opinion) {
        Verdict verdict = new VerdictFactory().decided(sample, ensemble, opinion);
        assertThat(verdict.hasParked()).isTrue();
        return verdict.getParked();
    }

    private static EscalatedSample sample(String edgeLabel) {
        return EscalatedSample.newBuilder()
                .setPrediction(EdgePrediction.newBuilder().setLabel(edgeLabel))
                .build();
    }
}
