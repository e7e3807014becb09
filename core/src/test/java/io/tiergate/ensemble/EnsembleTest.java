package io.tiergate.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.runtime.UnusableModelException;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The members are worked out by hand in {@code make_models.py}: logits of 10 x, where the third member adds the fourth input to class c. */
class EnsembleTest {
    @TempDir
    private Path repository;

    private Path directory;
    private Ensemble ensemble;

    @BeforeEach
    void openTinyEnsemble() throws IOException {
        TestModels.copyTo("tiny", "tiny-ensemble", repository);
        directory = repository.resolve("tiny-ensemble/1");
        ensemble = open();
    }

    @AfterEach
    void close() {
        ensemble.close();
    }

    @Test
    void everyRowGetsItsOwnOpinion() {
        List<Opinion> opinions = classify(
                5, 0, 0, 0, //
                0, 1, 0, 0, //
                1, 1, 1, 0);

        assertThat(opinions).extracting(Opinion::top).containsExactly(0, 1, 0);
        assertThat(opinions).extracting(Opinion::degraded).containsOnly(false);
        assertThat(opinions.get(0).disagreement().entropy()).isLessThan(1e-9);
        // exp(10) : 1 : 1
        double top = Math.exp(10) / (Math.exp(10) + 2);
        assertThat(opinions.get(1).distribution().get(1)).isCloseTo(top, within(1e-12));
        assertThat(opinions.get(2).disagreement().entropy()).isCloseTo(Math.log(3), within(1e-12));
    }

    @Test
    void theManifestsRuleTellsTheSureFromTheUnsure() {
        Adjudication rule = ensemble.manifest().adjudication();

        assertThat(rule.doubt(classify(5, 0, 0, 0).get(0))).isEmpty();
        assertThat(rule.doubt(classify(1, 0, 0, 0).get(0))).isEmpty();
        assertThat(rule.doubt(classify(1, 1, 1, 0).get(0))).contains("entropy 1.099 above 0.500");
        assertThat(rule.doubt(classify(1, 0, 0, 20).get(0))).contains("entropy 0.637 above 0.500");
    }

    @Test
    void aDeviatingMemberIsOutvotedAndShowsInTheDisagreement() {
        Opinion opinion = classify(1, 0, 0, 20).get(0);

        assertThat(opinion.top()).isZero();
        assertThat(opinion.distribution().get(0)).isCloseTo(2.0 / 3, within(1e-3));
        assertThat(opinion.distribution().get(2)).isCloseTo(1.0 / 3, within(1e-3));
        assertThat(opinion.disagreement().unanimous()).isFalse();
        assertThat(opinion.disagreement().voteEntropy()).isCloseTo(0.6365, within(1e-4));
        assertThat(opinion.degraded()).isFalse();
    }

    @Test
    void aMemberWhoseOutputIsNotFiniteIsLeftOutForThatSampleOnly() {
        List<Opinion> opinions = classify(
                1,
                0,
                0,
                Float.NaN, //
                1,
                0,
                0,
                Float.POSITIVE_INFINITY, //
                1,
                0,
                0,
                0);

        assertThat(opinions).extracting(Opinion::hasQuorum).containsOnly(true);
        assertThat(opinions).extracting(Opinion::top).containsOnly(0);
        assertThat(opinions).extracting(Opinion::degraded).containsExactly(true, true, false);
        assertThat(opinions.get(0).distribution().get(0))
                .isCloseTo(opinions.get(2).distribution().get(0), within(1e-12));
    }

    @Test
    void anOpinionTellsWhatEveryMemberSaid() {
        List<MemberOpinion> members = classify(1, 0, 0, 20).get(0).members();

        assertThat(members)
                .extracting(MemberOpinion::name)
                .containsExactly("members/a.onnx", "members/b.onnx", "members/c.onnx");
        assertThat(members)
                .extracting(member -> member.distribution().orElseThrow().top())
                .containsExactly(0, 0, 2);
        // exp(10) : 1 : 1
        assertThat(members.get(1).distribution().orElseThrow().get(0))
                .isCloseTo(Math.exp(10) / (Math.exp(10) + 2), within(1e-12));
    }

    @Test
    void aMemberThatSaysNothingOfASampleIsTold() throws IOException {
        List<Opinion> opinions = classify(
                1, 0, 0, Float.NaN, //
                1, 0, 0, 0);

        assertThat(opinions.get(0).members())
                .extracting(member -> member.distribution().isPresent())
                .containsExactly(true, true, false);
        assertThat(opinions.get(1).members())
                .extracting(member -> member.distribution().isPresent())
                .containsOnly(true);
        rewrite("quorum: 2", "quorum: 3");
        Opinion withoutQuorum = classify(1, 0, 0, Float.NaN).get(0);
        assertThat(withoutQuorum.hasQuorum()).isFalse();
        assertThat(withoutQuorum.members()).isEqualTo(opinions.get(0).members());
    }

    @Test
    void withoutQuorumThereIsNoOpinion() {
        List<Opinion> opinions = classify(
                Float.NaN, 0, 0, 0, //
                1, 0, 0, 0);

        assertThat(opinions.get(0).hasQuorum()).isFalse();
        assertThat(opinions.get(0).top()).isEqualTo(-1);
        assertThat(opinions.get(0).degraded()).isTrue();
        assertThat(ensemble.manifest().adjudication().doubt(opinions.get(0))).contains("no-quorum");
        assertThat(opinions.get(1).hasQuorum()).isTrue();
    }

    @Test
    void oneMemberLessThanTheQuorumIsNoOpinion() throws IOException {
        rewrite("quorum: 2", "quorum: 3");

        assertThat(classify(1, 0, 0, Float.NaN).get(0).hasQuorum()).isFalse();
        assertThat(classify(1, 0, 0, 0).get(0).hasQuorum()).isTrue();
    }

    @Test
    void aMemberThatOnnxRuntimeCannotRunIsLeftOut() {
        // Rows of five do not fit any member: each run fails, none is left, and nothing is thrown.
        Classification classification = ensemble.classify(List.of(Tensor.ofFloats("x", Shape.of(2, 5), new float[10])));

        assertThat(classification.opinions())
                .hasSize(2)
                .extracting(Opinion::hasQuorum)
                .containsOnly(false);
        assertThat(classification.absences())
                .extracting(Absence::cause)
                .containsExactly(Absence.Cause.FAILED, Absence.Cause.FAILED, Absence.Cause.FAILED);
    }

    @Test
    void aMemberThatOneRowMakesFailIsLeftOutOfTheWholeBatchAndThatIsTold() throws IOException {
        Path fragile = TestModels.copyTo("fragile", repository.resolve("fragile"));
        Files.copy(
                fragile.resolve("fragile-ensemble/1/members/c.onnx"),
                directory.resolve("members/c.onnx"),
                StandardCopyOption.REPLACE_EXISTING);
        ensemble.close();
        ensemble = open();

        Classification spoiled =
                ensemble.classify(List.of(Tensor.ofFloats("x", Shape.of(2, 4), 1, 0, 0, 0, 0, 1, 0, 1)));
        assertThat(spoiled.absences()).containsExactly(new Absence("members/c.onnx", Absence.Cause.FAILED));
        assertThat(spoiled.hasFailures()).isTrue();
        assertThat(spoiled.opinions()).extracting(Opinion::degraded).containsOnly(true);
        assertThat(spoiled.opinions()).extracting(Opinion::top).containsExactly(0, 1);
        Classification sound = ensemble.classify(List.of(Tensor.ofFloats("x", Shape.of(1, 4), 1, 0, 0, 0)));
        assertThat(sound.absences()).isEmpty();
        assertThat(sound.opinions()).extracting(Opinion::degraded).containsOnly(false);
    }

    @Test
    void aMemberThatIsLateIsLeftOutOfTheBatch() throws IOException {
        try (Ensemble slow = openSlow(Optional.of(Duration.ofMillis(200)))) {
            Tensor never = Tensor.ofFloats("x", Shape.of(2, 4), 1, 0, 0, 0, 0, 1, 0, 1e15f);
            Classification cut = slow.classify(List.of(never));
            assertThat(cut.absences()).containsExactly(new Absence("members/c.onnx", Absence.Cause.LATE));
            assertThat(cut.hasFailures()).isFalse();
            assertThat(cut.opinions()).extracting(Opinion::top).containsExactly(0, 1);
            assertThat(cut.opinions()).extracting(Opinion::degraded).containsOnly(true);
        }
    }

    @Test
    void theManifestsDeadlineOfAMemberCountsBeforeTheUsualOne() throws IOException {
        Path manifest = TestModels.copyTo("slow", repository.resolve("slow")).resolve("slow-ensemble/1/model.yaml");
        Files.writeString(
                manifest, Files.readString(manifest).replace("c.onnx, weight", "c.onnx, deadline-ms: 200, weight"));
        try (Ensemble slow = open(repository.resolve("slow"), Optional.of(Duration.ofDays(1)))) {
            Tensor never = Tensor.ofFloats("x", Shape.of(1, 4), 1, 0, 0, 1e15f);
            assertThat(slow.classify(List.of(never)).absences()).hasSize(1);
        }
    }

    @Test
    void withoutDeadlineAMemberTakesTheTimeItTakes() throws IOException {
        try (Ensemble slow = openSlow(Optional.empty())) {
            Tensor counting = Tensor.ofFloats("x", Shape.of(1, 4), 1, 0, 0, 1000);
            assertThat(slow.classify(List.of(counting)).absences()).isEmpty();
        }
    }

    private Ensemble openSlow(Optional<Duration> deadline) throws IOException {
        return open(TestModels.copyTo("slow", repository.resolve("slow")), deadline);
    }

    private static Ensemble open(Path repository, Optional<Duration> deadline) throws IOException {
        ModelPackage modelPackage =
                ModelRepository.list(repository).packages().stream().findFirst().orElseThrow();
        return Ensemble.open(
                modelPackage,
                (EnsembleManifest) modelPackage.manifest().orElseThrow(),
                SessionSettings.SINGLE_THREADED,
                deadline);
    }

    @Test
    void anOutputThatIsNotFiniteIsNoFailure() {
        assertThat(ensemble.classify(List.of(Tensor.ofFloats("x", Shape.of(1, 4), 1, 0, 0, Float.NaN)))
                        .absences())
                .isEmpty();
    }

    @Test
    void aTemperatureSoftensItsMember() throws IOException {
        rewrite("temperature: 1.0", "temperature: 10.0");

        double top = Math.E / (Math.E + 2);
        assertThat(classify(1, 0, 0, 0).get(0).distribution().get(0)).isCloseTo(top, within(1e-6));
    }

    @Test
    void aWeightShiftsTheVote() throws IOException {
        rewrite("c.onnx, weight: 1.0", "c.onnx, weight: 3.0");

        assertThat(classify(1, 0, 0, 20).get(0).top()).isEqualTo(2);
    }

    @Test
    void aMemberThatIsLeftOutTakesItsWeightWithIt() throws IOException {
        // The first member deviates now; the others are told apart by their temperatures: odds of e^10 and, softened,
        // e.
        replaceText("a.onnx, weight: 1.0", "deviating");
        replaceText("c.onnx, weight: 1.0", "a.onnx, weight: 9.0");
        replaceText("deviating", "c.onnx, weight: 90.0");
        rewrite("b.onnx, weight: 1.0, temperature: 1.0", "b.onnx, weight: 1.0, temperature: 10.0");
        double sure = Math.exp(10) / (Math.exp(10) + 2);
        double softened = Math.E / (Math.E + 2);

        assertThat(classify(1, 0, 0, Float.NaN).get(0).distribution().get(0))
                .isCloseTo((9 * sure + softened) / 10, within(1e-6));
    }

    @Test
    void whatItWasMadeFromCanBeAsked() {
        assertThat(ensemble.modelPackage()).hasToString("tiny-ensemble/1");
        assertThat(ensemble.signature().inputs()).hasSize(1);
    }

    @Test
    void aClosedEnsembleAnswersUntilItsLastUserLeaves() throws IOException {
        Ensemble closed = open();
        assertThat(closed.retain()).isTrue();
        closed.close();

        Tensor row = Tensor.ofFloats("x", Shape.of(1, 4), 1, 0, 0, 0);
        assertThat(closed.classify(List.of(row)).opinions().get(0).top()).isZero();
        closed.release();
        assertThat(closed.retain()).isFalse();
    }

    @Test
    void aMemberThatIsNoModelIsRefused() throws IOException {
        Files.writeString(directory.resolve("members/b.onnx"), "no model");

        assertUnusable("b.onnx cannot be loaded by ONNX Runtime: it is no ONNX file; ");
    }

    @Test
    void aMemberWithoutTheOutputIsRefused() throws IOException {
        replaceMember("broken", "output-unknown");

        assertUnusable("members/b.onnx has no output 'logits' (it has: [scores_by_class])");
    }

    @Test
    void aMemberWithAnotherInputIsRefused() throws IOException {
        replaceMember("tiny", "tiny-unbatched");

        assertUnusable("members/b.onnx takes [x:FP32[3]], but the first member takes [x:FP32[-1, 4]]");
    }

    @Test
    void anInputThatNoMemberHasIsRefused() throws IOException {
        replaceText("input: { name: x }", "input: { name: pixels }");

        assertUnusable("model.yaml: input 'pixels' is not in members/a.onnx (it has: [x])");
    }

    @Test
    void membersOfSeveralInputsAreGivenThemAll() throws IOException {
        TestModels.copyTo("kinds", "two-inputs-ensemble", repository);

        try (Ensemble two = open("two-inputs-ensemble")) {
            List<Opinion> opinions = two.classify(List.of(
                            Tensor.ofFloats("a", Shape.of(2, 3), 1, 0, 0, 0, 0, 1),
                            Tensor.ofFloats("b", Shape.of(2, 3), 0, 3, 0, 0, 0, 0)))
                    .opinions();

            assertThat(opinions).extracting(Opinion::top).containsExactly(1, 2);
            assertThat(opinions).extracting(Opinion::degraded).containsOnly(false);
        }
    }

    @Test
    void anInputThatIsNotNamedIsRefused() throws IOException {
        TestModels.copyTo("kinds", "two-inputs-ensemble", repository);
        directory = repository.resolve("two-inputs-ensemble/1");
        replaceText("[ { name: a }, { name: b } ]", "{ name: b }");

        assertThatThrownBy(() -> open("two-inputs-ensemble"))
                .isInstanceOf(UnusableModelException.class)
                .hasMessage(
                        "members/a.onnx has 2 inputs [a, b], but model.yaml names only 'b' (expected: every input); write input: [{ name: a }, { name: b }]");
    }

    @Test
    void labelsThatDoNotFitTheMembersAreRefused() throws IOException {
        replaceText("labels: [a, b, c]", "labels: [a, b, c, d]");

        assertUnusable("4 labels, but output 'logits' of members/a.onnx has 3 classes");
    }

    @Test
    void membersWithoutBatchDimensionAreRefused() throws IOException {
        for (String member : List.of("a", "b", "c")) {
            replaceMember("tiny", "tiny-unbatched", member);
        }

        assertUnusable("members/a.onnx has no batch dimension of free size ");
    }

    private void assertUnusable(String start) {
        assertThatThrownBy(this::open)
                .isInstanceOf(UnusableModelException.class)
                .hasMessageStartingWith(start);
    }

    private void replaceMember(String from, String model) throws IOException {
        replaceMember(from, model, "b");
    }

    private void replaceMember(String from, String model, String member) throws IOException {
        Path other = TestModels.copyTo(from, model, repository.resolve("other-" + member));
        Files.copy(
                other.resolve(model + "/1/model.onnx"),
                directory.resolve("members/" + member + ".onnx"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    private void rewrite(String text, String replacement) throws IOException {
        replaceText(text, replacement);
        ensemble.close();
        ensemble = open();
    }

    private void replaceText(String text, String replacement) throws IOException {
        Path manifest = directory.resolve("model.yaml");
        String before = Files.readString(manifest);
        assertThat(before).contains(text);
        Files.writeString(manifest, before.replace(text, replacement));
    }

    private Ensemble open() throws IOException {
        return open("tiny-ensemble");
    }

    private Ensemble open(String name) throws IOException {
        ModelPackage modelPackage = ModelRepository.list(repository).packages().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow();
        return Ensemble.open(
                modelPackage,
                (EnsembleManifest) modelPackage.manifest().orElseThrow(),
                SessionSettings.SINGLE_THREADED);
    }

    private List<Opinion> classify(float... x) {
        return ensemble.classify(List.of(Tensor.ofFloats("x", Shape.of(x.length / 4, 4), x)))
                .opinions();
    }
}
