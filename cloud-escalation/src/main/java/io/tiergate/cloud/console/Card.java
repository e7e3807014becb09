package io.tiergate.cloud.console;

import io.tiergate.cloud.review.queue.LeasedSample;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.MemberOpinion;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A sample as the review page shows it.
 *
 * @param provisional what the ensemble would have said; empty where it has no quorum
 * @param minds whose opinions the choices show: the edge's, then each member's
 * @param choices the labels that can be given
 */
public record Card(
        UUID id,
        UUID token,
        boolean tied,
        String site,
        String device,
        String model,
        String reason,
        String edgeLabel,
        String provisional,
        List<String> minds,
        List<Choice> choices) {
    private static final int KEYS = 9;

    /**
     * One label.
     *
     * @param key 1 to 9; 0 for the labels after the ninth, which have no key
     * @param bars one a mind
     */
    public record Choice(int key, String label, List<Bar> bars) {
        public Choice {
            bars = List.copyOf(bars);
        }
    }

    /**
     * What somebody gave a label.
     *
     * @param percent 0 to 100; -1 where it is not known
     * @param words the same for those who read
     */
    public record Bar(long percent, String words) {
        static Bar of(double probability) {
            long percent = Math.round(100 * probability);
            return new Bar(percent, percent + " %");
        }
    }

    public Card {
        minds = List.copyOf(minds);
        choices = List.copyOf(choices);
    }

    static Card of(LeasedSample sample) {
        EscalatedSample envelope = sample.envelope();
        List<MemberOpinion> members = sample.opinion().stream()
                .flatMap(opinion -> opinion.getMembersList().stream())
                .toList();
        List<Choice> choices = IntStream.range(0, sample.labels().size())
                .mapToObj(index -> choice(index, sample.labels().get(index), envelope.getPrediction(), members))
                .toList();
        return new Card(
                sample.id(),
                sample.token(),
                sample.tied(),
                envelope.getSite(),
                envelope.getDevice(),
                envelope.getModel().getName() + " " + envelope.getModel().getVersion(),
                sample.verdict().getParked().getReason(),
                envelope.getPrediction().getLabel(),
                sample.verdict().getParked().getProvisionalLabel(),
                Stream.concat(Stream.of("edge"), members.stream().map(MemberOpinion::getName))
                        .toList(),
                choices);
    }

    private static Choice choice(int index, String label, EdgePrediction edge, List<MemberOpinion> members) {
        return new Choice(
                index < KEYS ? index + 1 : 0,
                label,
                Stream.concat(Stream.of(bar(edge, label)), members.stream().map(member -> bar(member, index)))
                        .toList());
    }

    /** An edge's labels may be in an order of their own, of which its record names the first only. */
    private static Bar bar(EdgePrediction edge, String label) {
        int top = edge.getLabelIndex();
        return edge.getLabel().equals(label) && top >= 0 && top < edge.getProbabilitiesCount()
                ? Bar.of(edge.getProbabilities(top))
                : new Bar(-1, "");
    }

    private static Bar bar(MemberOpinion member, int index) {
        return index < member.getProbabilitiesCount()
                ? Bar.of(member.getProbabilities(index))
                : new Bar(-1, "no answer");
    }
}
