package io.tiergate.edge.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.edge.escalation.AppliedVerdict;
import io.tiergate.edge.inference.EdgeModelLoader;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.gate.Activation;
import io.tiergate.gate.Confidence;
import io.tiergate.gate.Gate;
import io.tiergate.gate.GateRequest;
import io.tiergate.gate.Reading;
import io.tiergate.gate.Score;
import io.tiergate.gate.control.ControlState;
import io.tiergate.image.ImageDecoder;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.ModelReference;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.serving.inference.ModelCatalog;
import io.tiergate.testing.CertifiedModels;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which verdicts teach a gate something. All samples are audits that its ensemble contradicts. */
class GateFeedbackTest {
    private static final String ID = "01900000-0000-7000-8000-000000000001";
    private static final double SURE = 0.9;

    @TempDir
    Path folder;

    private ModelCatalog<ServedModel> catalog;
    private ServedModel model;
    private Gate gate;

    @BeforeEach
    void load() throws IOException {
        TestModels.copyTo("tiny", "tiny-edge", folder);
        CertifiedModels.certify(folder.resolve("tiny-edge/1"), ", audit-rate: 1");
        catalog = ModelCatalog.load(
                folder, new EdgeModelLoader(SessionSettings.SINGLE_THREADED, ImageDecoder.within(100_000_000)));
        model = catalog.require("tiny-edge", "");
        gate = model.gate().orElseThrow();
        decide(SURE, 1);
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void aVerdictOnAnAuditOfThisEpochIsLearned() {
        assertThat(gate.snapshot().estimate().open()).isEqualTo(1);

        learn(sample(), contradicted());

        assertThat(gate.snapshot().estimate().open()).isZero();
        assertThat(gate.snapshot().estimate().disagreement()).isEqualTo(1);
    }

    @Test
    void whatWasDecidedBeforeAnAlarmTeachesNothingAfterIt() {
        EscalatedSample before = sample().build();
        decide(0.1, 50);
        assertThat(gate.snapshot().epoch()).isEqualTo(1);
        ControlState state = gate.save();

        learn(before.toBuilder(), contradicted());

        assertThat(gate.save()).isEqualTo(state);
        learn(before.toBuilder().setGateEpoch(1), contradicted());
        assertThat(gate.save()).as("of this epoch").isNotEqualTo(state);
    }

    @Test
    void aVerdictOnAnotherPackageOfTheSameNameTeachesNothing() {
        ControlState state = gate.save();

        learn(sample().setModel(model("sha256:0")), contradicted());

        assertThat(gate.save()).isEqualTo(state);
    }

    @Test
    void aVerdictOnAModelThatIsNotServedTeachesNobody() {
        catalog.unload("tiny-edge");

        learn(sample(), contradicted());

        assertThat(gate.snapshot().estimate().open()).isEqualTo(1);
    }

    @Test
    void anAuditThatNobodyWillDecideStaysOpen() {
        learn(
                sample(),
                Verdict.newBuilder().setRejected(Verdict.Rejected.newBuilder().setReason("broken")));

        assertThat(gate.snapshot().estimate().open()).isEqualTo(1);
    }

    /** A probability of 0 would count without end; records of long ago have none. */
    @Test
    void aSampleWithoutTheProbabilityOfItsDrawTeachesNothing() {
        ControlState state = gate.save();

        learn(sample().clearInclusionProbability(), contradicted());

        assertThat(gate.save()).isEqualTo(state);
    }

    @Test
    void aFailedCheckKeepsAScoreFromSpeakingForAThreshold() {
        decide(0.1, 50);
        EscalatedSample.Builder escalated =
                sample().setPurpose(Purpose.PURPOSE_ESCALATED).setGateEpoch(1).setInclusionProbability(1);
        // Of what is escalated on the brake a fifth is looked at.
        for (int i = 0; i < 200; i++) {
            learn(escalated.setReason("check:input-mean"), contradicted());
        }
        assertThat(gate.save().risk().orElseThrow().checked())
                .isNotEmpty()
                .allSatisfy(checked -> assertThat(checked.score()).isNegative().isInfinite());
    }

    private void learn(EscalatedSample.Builder sample, Verdict.Builder verdict) {
        new GateFeedback(catalog)
                .learn(new AppliedVerdict(verdict.setEscalationId(ID).build(), sample.build(), Optional.empty()));
    }

    private static Verdict.Builder contradicted() {
        return Verdict.newBuilder()
                .setFinal(Verdict.Final.newBuilder()
                        .setLabel("b")
                        .setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE)
                        .setRank(10));
    }

    private EscalatedSample.Builder sample() {
        return EscalatedSample.newBuilder()
                .setEscalationId(ID)
                .setPurpose(Purpose.PURPOSE_AUDITED)
                .setInclusionProbability(1)
                .setModel(model(model.digest()))
                .setScore(SURE)
                .setReason("confident")
                .setPrediction(EdgePrediction.newBuilder().setLabelIndex(0).setLabel("a"));
    }

    private static ModelReference model(String digest) {
        return ModelReference.newBuilder()
                .setName("tiny-edge")
                .setVersion(1)
                .setDigest(digest)
                .build();
    }

    private void decide(double margin, int times) {
        for (int i = 0; i < times; i++) {
            Reading reading = Reading.of((1 + margin) / 2, (1 - margin) / 2, 0);
            new Confidence(Score.Formula.MARGIN, 1, Activation.NONE).read(reading, 3);
            gate.decide(reading, GateRequest.DEFAULT);
        }
    }
}
