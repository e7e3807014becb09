package io.tiergate.cloud.adjudication;

import com.google.protobuf.DoubleValue;
import com.google.protobuf.Timestamp;
import io.tiergate.ensemble.Disagreement;
import io.tiergate.ensemble.Ensemble;
import io.tiergate.ensemble.MemberOpinion;
import io.tiergate.ensemble.Opinion;
import io.tiergate.model.ModelPackage;
import io.tiergate.proto.v1.EnsembleOpinion;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.ModelReference;
import io.tiergate.proto.v1.ReportedLabel;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Words a verdict: an application's, the ensemble's where it is sure, else that a person will decide, or that nobody will. */
@ApplicationScoped
public class VerdictFactory {
    /** The rank of what an ensemble decides; an application's and a person's are higher. */
    public static final int ENSEMBLE_RANK = 10;

    /** The rank of what an application reports; a person's is higher. */
    public static final int APPLICATION_RANK = 20;

    /** The rank of what a person decides: nothing but a later decision of a person replaces it. */
    public static final int HUMAN_RANK = 30;

    /** The range of a {@code google.protobuf.Timestamp}: the years 1 to 9999. */
    private static final long FIRST_SECOND = -62_135_596_800L;

    private static final long LAST_SECOND = 253_402_300_799L;
    private static final int LAST_NANO = 999_999_999;

    private final InstantSource clock;

    public VerdictFactory() {
        this(InstantSource.system());
    }

    VerdictFactory(InstantSource clock) {
        this.clock = clock;
    }

    /** The answer that the package's adjudication rule allows. */
    public Verdict decided(EscalatedSample sample, Ensemble ensemble, Opinion opinion) {
        Optional<String> doubt = ensemble.manifest().adjudication().doubt(opinion);
        Verdict.Builder verdict = answering(sample);
        return doubt.isPresent()
                ? verdict.setParked(parked(sample, ensemble, opinion, doubt.get()))
                        .build()
                : verdict.setFinal(decision(ensemble, opinion)).build();
    }

    /**
     * The answer to a sample that came without payload: a person will decide, and until then the edge's label stands.
     *
     * @param ensemble the one that the sample names; the edge's label is one of its own, or none
     */
    public Verdict withoutPayload(EscalatedSample sample, Ensemble ensemble) {
        String label = sample.getPrediction().getLabel();
        return answering(sample)
                .setParked(Verdict.Parked.newBuilder()
                        .setReason("no-payload")
                        .setProvisionalLabel(label)
                        .setProvisionalLabelIndex(ensemble.manifest().labels().indexOf(label))
                        .setEnsemble(reference(ensemble.modelPackage())))
                .build();
    }

    /**
     * The answer to a sample that cannot be processed.
     *
     * @param reason one sentence
     */
    public Verdict rejected(EscalatedSample sample, String reason) {
        return answering(sample)
                .setRejected(Verdict.Rejected.newBuilder().setReason(reason))
                .build();
    }

    /**
     * What an application says of a sample, as a decision of its own. It answers nothing, and depends on nothing but the report: the
     * same report gives the same decision whenever it is read.
     *
     * @param sample with a reported label, one of the ensemble's own
     * @return without time where the report has none that is valid
     */
    public static Verdict reported(EscalatedSample sample, Ensemble ensemble) {
        ReportedLabel report = sample.getReportedLabel();
        Verdict.Builder verdict = about(sample)
                .setFinal(Verdict.Final.newBuilder()
                        .setLabel(report.getLabel())
                        .setLabelIndex(ensemble.manifest().labels().indexOf(report.getLabel()))
                        .setSource(VerdictSource.VERDICT_SOURCE_APPLICATION)
                        .setRank(APPLICATION_RANK)
                        .setRevision(report.getRevision())
                        .setEnsemble(reference(ensemble.modelPackage())));
        if (report.hasReportedAt() && isValid(report.getReportedAt())) {
            verdict.setDecidedAt(report.getReportedAt());
        }
        return verdict.build();
    }

    /**
     * What a person decided, now.
     *
     * @param labelIndex in the ensemble's labels
     * @param revision counts the person's verdicts on this sample from 0
     */
    public Verdict human(EscalatedSample sample, String label, int labelIndex, int revision) {
        return answering(sample)
                .setFinal(Verdict.Final.newBuilder()
                        .setLabel(label)
                        .setLabelIndex(labelIndex)
                        .setSource(VerdictSource.VERDICT_SOURCE_HUMAN)
                        .setRank(HUMAN_RANK)
                        .setRevision(revision))
                .build();
    }

    /** What each member said, to be kept. */
    public static EnsembleOpinion opinion(Opinion opinion) {
        EnsembleOpinion.Builder message = EnsembleOpinion.newBuilder();
        for (MemberOpinion member : opinion.members()) {
            io.tiergate.proto.v1.MemberOpinion.Builder said =
                    message.addMembersBuilder().setName(member.name());
            member.distribution().ifPresent(distribution -> said.addAllProbabilities(distribution.toFloats()));
        }
        return message.build();
    }

    private static boolean isValid(Timestamp time) {
        return time.getSeconds() >= FIRST_SECOND
                && time.getSeconds() <= LAST_SECOND
                && time.getNanos() >= 0
                && time.getNanos() <= LAST_NANO;
    }

    private Verdict.Builder answering(EscalatedSample sample) {
        Instant now = clock.instant();
        return about(sample)
                .setDecidedAt(
                        Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()));
    }

    private static Verdict.Builder about(EscalatedSample sample) {
        return Verdict.newBuilder()
                .setEscalationId(sample.getEscalationId())
                .setTenant(sample.getTenant())
                .setSite(sample.getSite())
                .setDevice(sample.getDevice())
                .setAttempt(sample.getAttempt());
    }

    private static Verdict.Final decision(Ensemble ensemble, Opinion opinion) {
        return Verdict.Final.newBuilder()
                .setLabel(ensemble.manifest().labels().get(opinion.top()))
                .setLabelIndex(opinion.top())
                .addAllProbabilities(opinion.distribution().toFloats())
                .setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE)
                .setRank(ENSEMBLE_RANK)
                .setRevision(0)
                .setDegraded(opinion.degraded())
                .setEnsemble(reference(ensemble.modelPackage()))
                .setDisagreement(message(opinion.disagreement()))
                .build();
    }

    private static Verdict.Parked parked(EscalatedSample sample, Ensemble ensemble, Opinion opinion, String doubt) {
        Verdict.Parked.Builder parked = Verdict.Parked.newBuilder()
                .setReason(doubt)
                .setProvisionalLabel(
                        opinion.hasQuorum() ? ensemble.manifest().labels().get(opinion.top()) : "")
                .setProvisionalLabelIndex(opinion.top())
                .setDisagreement(message(opinion.disagreement()))
                .setEnsemble(reference(ensemble.modelPackage()));
        int edge = ensemble.manifest().labels().indexOf(sample.getPrediction().getLabel());
        if (opinion.hasQuorum() && edge >= 0) {
            parked.setEdgeWrongProbability(
                    DoubleValue.of(Math.max(0, 1 - opinion.distribution().get(edge))));
        }
        return parked.build();
    }

    private static ModelReference reference(ModelPackage modelPackage) {
        return ModelReference.newBuilder()
                .setName(modelPackage.name())
                .setVersion(modelPackage.version())
                .setDigest(modelPackage.digest())
                .build();
    }

    private static io.tiergate.proto.v1.Disagreement message(Disagreement disagreement) {
        return io.tiergate.proto.v1.Disagreement.newBuilder()
                .setEntropy(disagreement.entropy())
                .setVoteEntropy(disagreement.voteEntropy())
                .setMutualInformation(disagreement.mutualInformation())
                .setUnanimous(disagreement.unanimous())
                .build();
    }
}
