package io.tiergate.cloud.review.api;

import io.tiergate.cloud.review.queue.LeasedSample;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.MemberOpinion;
import io.tiergate.proto.v1.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A sample that was given to a person, as JSON. Probabilities of the edge are in the order of its own labels, those of members in the order
 * of {@code labels}.
 *
 * @param reason why a person is asked, in one word
 * @param provisionalLabel what the ensemble would have said; empty where it has no quorum
 */
record SampleView(
        UUID id,
        UUID token,
        Instant leasedUntil,
        Instant parkedAt,
        boolean tied,
        String site,
        String device,
        String model,
        long modelVersion,
        String ensemble,
        String reason,
        String edgeLabel,
        List<Float> edgeProbabilities,
        double score,
        double threshold,
        String provisionalLabel,
        List<Member> members,
        List<String> labels) {
    /**
     * @param probabilities empty where the member did not answer
     */
    record Member(String name, List<Float> probabilities) {
        static Member of(MemberOpinion opinion) {
            return new Member(opinion.getName(), opinion.getProbabilitiesList());
        }
    }

    static SampleView of(LeasedSample sample) {
        EscalatedSample envelope = sample.envelope();
        Verdict.Parked parked = sample.verdict().getParked();
        return new SampleView(
                sample.id(),
                sample.token(),
                sample.leasedUntil(),
                sample.parkedAt(),
                sample.tied(),
                envelope.getSite(),
                envelope.getDevice(),
                envelope.getModel().getName(),
                envelope.getModel().getVersion(),
                envelope.getEnsemble(),
                parked.getReason(),
                envelope.getPrediction().getLabel(),
                envelope.getPrediction().getProbabilitiesList(),
                envelope.getScore(),
                envelope.getThreshold(),
                parked.getProvisionalLabel(),
                sample.opinion().stream()
                        .flatMap(opinion -> opinion.getMembersList().stream())
                        .map(Member::of)
                        .toList(),
                sample.labels());
    }
}
