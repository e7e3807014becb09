package io.tiergate.cloud.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cloud.export.LabelRow.Opinion;
import io.tiergate.cloud.testing.Input;
import io.tiergate.cloud.testing.Samples;
import io.tiergate.proto.v1.EnsembleOpinion;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.MemberOpinion;
import io.tiergate.proto.v1.ModelReference;
import io.tiergate.proto.v1.ReportedLabel;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class StoredSampleTest {
    private static final List<String> LABELS = List.of("a", "b");
    private static final EscalatedSample SAMPLE =
            Samples.sample("default", Input.SURE_A).build();
    private static final Verdict ENSEMBLES = decided("a", VerdictSource.VERDICT_SOURCE_ENSEMBLE, 10);
    private static final Verdict PARKED = Verdict.newBuilder()
            .setParked(Verdict.Parked.newBuilder()
                    .setProvisionalLabel("a")
                    .setEnsemble(ModelReference.newBuilder().setName("big").setVersion(2)))
            .build();
    private static final EnsembleOpinion MEMBERS = EnsembleOpinion.newBuilder()
            .addMembers(MemberOpinion.newBuilder().setName("one").addAllProbabilities(List.of(0.25f, 0.75f)))
            .addMembers(MemberOpinion.newBuilder().setName("late"))
            .build();

    @Test
    void theLabelOfTheHighestRankCounts() {
        Optional<Verdict> person = Optional.of(decided("b", VerdictSource.VERDICT_SOURCE_HUMAN, 30));
        Optional<ReportedLabel> report = Optional.of(
                ReportedLabel.newBuilder().setLabel("b").setRevision(4).build());

        assertThat(source(stored(ENSEMBLES, Optional.empty(), Optional.empty())))
                .contains("ensemble 10 a");
        assertThat(source(stored(ENSEMBLES, Optional.empty(), report))).contains("application 20 b");
        assertThat(source(stored(ENSEMBLES, person, report))).contains("human 30 b");
        assertThat(source(stored(PARKED, Optional.empty(), Optional.empty()))).isEmpty();
    }

    @Test
    void whatEdgeEnsembleAndMembersSaidIsTold() {
        assertThat(stored(PARKED, Optional.empty(), Optional.empty())
                        .row(LABELS)
                        .opinions())
                .containsExactly(
                        new Opinion("tiny-edge/1", "b", OptionalDouble.empty()),
                        new Opinion("big/2", "a", OptionalDouble.empty()),
                        new Opinion("one", "b", OptionalDouble.of(0.75)));
    }

    @Test
    void membersOfAnEnsembleThatIsGoneAreLeftOut() {
        assertThat(stored(PARKED, Optional.empty(), Optional.empty())
                        .row(List.of())
                        .opinions())
                .extracting(Opinion::who)
                .containsExactly("tiny-edge/1", "big/2");
    }

    private static StoredSample stored(Verdict verdict, Optional<Verdict> human, Optional<ReportedLabel> report) {
        return new StoredSample(SAMPLE, verdict, human, report, MEMBERS, List.of());
    }

    private static Verdict decided(String label, VerdictSource source, int rank) {
        return Verdict.newBuilder()
                .setFinal(Verdict.Final.newBuilder()
                        .setLabel(label)
                        .setSource(source)
                        .setRank(rank))
                .build();
    }

    private static Optional<String> source(StoredSample sample) {
        return sample.row(LABELS).label().map(label -> label.source() + " " + label.rank() + " " + label.text());
    }
}
