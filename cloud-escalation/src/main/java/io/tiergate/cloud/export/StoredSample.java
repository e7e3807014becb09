package io.tiergate.cloud.export;

import com.google.protobuf.Timestamp;
import io.tiergate.cloud.adjudication.VerdictFactory;
import io.tiergate.cloud.export.LabelRow.Label;
import io.tiergate.cloud.export.LabelRow.Model;
import io.tiergate.cloud.export.LabelRow.Opinion;
import io.tiergate.cloud.export.LabelRow.PersonsLabel;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.EnsembleOpinion;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.MemberOpinion;
import io.tiergate.proto.v1.ModelReference;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.ReportedLabel;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;

/**
 * What the database has of one sample.
 *
 * @param envelope the question without tensors
 * @param verdict the first answer
 * @param human the person's verdict
 * @param report the application's label
 */
record StoredSample(
        EscalatedSample envelope,
        Verdict verdict,
        Optional<Verdict> human,
        Optional<ReportedLabel> report,
        EnsembleOpinion opinion,
        List<PersonsLabel> people) {

    /**
     * @param ensembleLabels by index, of the ensemble that was asked; empty if it is not served any more
     */
    LabelRow row(List<String> ensembleLabels) {
        return new LabelRow(
                UUID.fromString(envelope.getEscalationId()),
                envelope.getSite(),
                envelope.getDevice(),
                envelope.getPurpose() == Purpose.PURPOSE_AUDITED ? "audited" : "escalated",
                envelope.getInclusionProbability(),
                HexFormat.of().formatHex(envelope.getContentDigest().toByteArray()),
                model(envelope.getModel()),
                envelope.getPrediction().getLabel(),
                envelope.getScore(),
                ensemble(),
                label(),
                opinions(ensembleLabels),
                people);
    }

    /** The label of the highest rank. */
    private Optional<Label> label() {
        if (human.isPresent()) {
            return human.map(StoredSample::decided);
        }
        if (report.isPresent()) {
            return report.map(reported -> new Label(
                    reported.getLabel(),
                    "application",
                    VerdictFactory.APPLICATION_RANK,
                    reported.getRevision(),
                    instant(reported.getReportedAt())));
        }
        return verdict.hasFinal() ? Optional.of(decided(verdict)) : Optional.empty();
    }

    private static Label decided(Verdict verdict) {
        Verdict.Final decision = verdict.getFinal();
        return new Label(
                decision.getLabel(),
                source(decision.getSource()),
                decision.getRank(),
                decision.getRevision(),
                instant(verdict.getDecidedAt()));
    }

    private static String source(VerdictSource source) {
        return source.name().substring("VERDICT_SOURCE_".length()).toLowerCase(Locale.ROOT);
    }

    private Optional<Model> ensemble() {
        ModelReference asked = verdict.hasFinal()
                ? verdict.getFinal().getEnsemble()
                : verdict.getParked().getEnsemble();
        return asked.getName().isEmpty() ? Optional.empty() : Optional.of(model(asked));
    }

    private List<Opinion> opinions(List<String> ensembleLabels) {
        List<Opinion> opinions = new ArrayList<>();
        EdgePrediction edge = envelope.getPrediction();
        if (!edge.getLabel().isEmpty()) {
            opinions.add(new Opinion(
                    model(envelope.getModel()).toString(),
                    edge.getLabel(),
                    probability(edge.getProbabilitiesList(), edge.getLabelIndex())));
        }
        ensemble().map(this::ofEnsemble).filter(said -> !said.label().isEmpty()).ifPresent(opinions::add);
        for (MemberOpinion member : opinion.getMembersList()) {
            List<Float> probabilities = member.getProbabilitiesList();
            if (!probabilities.isEmpty() && probabilities.size() == ensembleLabels.size()) {
                int top = top(probabilities);
                opinions.add(new Opinion(member.getName(), ensembleLabels.get(top), probability(probabilities, top)));
            }
        }
        return opinions;
    }

    private Opinion ofEnsemble(Model asked) {
        Verdict.Final decision = verdict.getFinal();
        return verdict.hasFinal()
                ? new Opinion(
                        asked.toString(),
                        decision.getLabel(),
                        probability(decision.getProbabilitiesList(), decision.getLabelIndex()))
                : new Opinion(asked.toString(), verdict.getParked().getProvisionalLabel(), OptionalDouble.empty());
    }

    private static OptionalDouble probability(List<Float> probabilities, int index) {
        return index >= 0 && index < probabilities.size()
                ? OptionalDouble.of(probabilities.get(index))
                : OptionalDouble.empty();
    }

    private static int top(List<Float> probabilities) {
        int top = 0;
        for (int i = 1; i < probabilities.size(); i++) {
            top = probabilities.get(i) > probabilities.get(top) ? i : top;
        }
        return top;
    }

    private static Model model(ModelReference reference) {
        return new Model(reference.getName(), reference.getVersion(), reference.getDigest());
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
