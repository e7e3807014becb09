package io.tiergate.cli.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Chooses a few samples of a run that show each way one can go, rather than how often each was gone. */
final class SampleMix {
    private static final Comparator<Candidate> BY_POSITION =
            Comparator.comparingInt(candidate -> candidate.reply.index());

    /** @param turn 1 for the first of its kind and class */
    private record Candidate(Reply.Answered reply, SampleKind kind, int turn) {}

    private SampleMix() {}

    /**
     * Of each kind as many as are wanted of it, of all classes in turn; where a kind has fewer, others make up for it.
     *
     * @return ordered by kind, then by position in the run
     */
    static List<Reply.Answered> choose(List<Reply> replies, Outcomes outcomes, Truth truth) {
        List<Candidate> chosen = new ArrayList<>();
        List<Candidate> spare = new ArrayList<>();
        Map<SampleKind, Integer> taken = new EnumMap<>(SampleKind.class);
        for (Candidate candidate : candidates(replies, outcomes, truth)) {
            boolean wanted = taken.merge(candidate.kind, 1, Integer::sum) <= candidate.kind.wanted();
            (wanted ? chosen : spare).add(candidate);
        }
        chosen.addAll(spare.subList(0, Math.min(spare.size(), wanted() - chosen.size())));
        return chosen.stream()
                .sorted(Comparator.comparing(Candidate::kind).thenComparing(BY_POSITION))
                .map(Candidate::reply)
                .toList();
    }

    /** The first of each class, then the second of each, and so on. */
    private static List<Candidate> candidates(List<Reply> replies, Outcomes outcomes, Truth truth) {
        Map<String, Integer> turns = new HashMap<>();
        return replies.stream()
                .filter(Reply.Answered.class::isInstance)
                .map(Reply.Answered.class::cast)
                .sorted(Comparator.comparingInt(Reply.Answered::index))
                .map(reply -> {
                    SampleKind kind = SampleKind.of(reply, outcomes, truth);
                    return new Candidate(
                            reply, kind, turns.merge(kind + " " + truth.label(reply.index()), 1, Integer::sum));
                })
                .sorted(Comparator.comparingInt(Candidate::turn).thenComparing(BY_POSITION))
                .toList();
    }

    private static int wanted() {
        return Stream.of(SampleKind.values()).mapToInt(SampleKind::wanted).sum();
    }
}
