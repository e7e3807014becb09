package io.tiergate.cli.calibration;

import io.tiergate.ensemble.Adjudication;
import io.tiergate.ensemble.Opinion;
import io.tiergate.gate.certificate.CertifiedThreshold;
import io.tiergate.gate.certificate.Evidence;
import io.tiergate.gate.certificate.Search;
import io.tiergate.gate.certificate.SplitEvidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * Chooses one limit of an ensemble's adjudication. Whatever else makes an opinion doubtful, a missing quorum or another limit, goes on doing
 * so at every limit.
 */
final class AdjudicationChoice {
    /** What people are shown, as shares of the samples. */
    private static final double[] SHOWN_SHARES = {0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5};

    private final AdjudicationLimit limit;
    private final Adjudication others;
    private final SplitEvidence evidence;

    /** A limit and what becomes of the samples with it. */
    record Candidate(double limit, Shares shares) {}

    /** A target risk that the opinions support, and the limit that keeps it. */
    record Certified(double targetRisk, Candidate candidate, double bound) {}

    /**
     * @param rules as they are; the limit to be chosen has no say
     * @param opinions with one known truth each
     * @param labels the true classes, by index
     */
    AdjudicationChoice(AdjudicationLimit limit, Adjudication rules, List<Opinion> opinions, int... labels) {
        this.limit = limit;
        this.others = limit.in(rules, OptionalDouble.empty());
        double[] surety = new double[labels.length];
        boolean[] wrong = new boolean[labels.length];
        for (int i = 0; i < labels.length; i++) {
            Opinion opinion = opinions.get(i);
            surety[i] = others.doubt(opinion).isPresent() ? Double.NEGATIVE_INFINITY : limit.surety(opinion);
            wrong[i] = opinion.top() != labels[i];
        }
        // Temperatures were fitted to other images: these need not be dealt out once more.
        this.evidence = SplitEvidence.of(surety, wrong, new boolean[labels.length]);
    }

    /** The limit with the fewest samples for people that keeps a risk with a confidence; empty if the opinions support none. */
    Optional<Certified> certified(double targetRisk, double confidence) {
        return Search.BINARY
                .threshold(evidence, targetRisk, 1 - confidence)
                .map(found -> new Certified(targetRisk, candidate(found), found.bound()));
    }

    private Candidate candidate(CertifiedThreshold found) {
        return new Candidate(limit.limit(found.threshold()), Shares.of(found.accepted()));
    }

    /** The limit that sends people at most this share; empty where other rules already send them more. */
    Optional<Candidate> withShare(double share) {
        Evidence all = evidence.all();
        double surety = all.score(Math.min(all.size() - 1, (int) (share * all.size())));
        return Double.isFinite(surety)
                ? Optional.of(new Candidate(limit.limit(surety), Shares.of(all.accepted(surety))))
                : Optional.empty();
    }

    /** What a limit makes of the samples. */
    Candidate at(double given) {
        double surety = limit == AdjudicationLimit.MAX_ENTROPY ? -given : given;
        return new Candidate(given, Shares.of(evidence.all().accepted(surety)));
    }

    /** Limits from the laxest to the strictest, with some usual shares for people and the one given; each once. */
    List<Candidate> shown(Candidate chosen) {
        List<Candidate> shown = new ArrayList<>(DoubleStream.of(SHOWN_SHARES)
                .boxed()
                .flatMap(share -> withShare(share).stream())
                .filter(candidate ->
                        candidate.shares().alone() != chosen.shares().alone())
                .toList());
        shown.add(chosen);
        shown.sort((a, b) -> Integer.compare(b.shares().alone(), a.shares().alone()));
        return shown.stream().distinct().toList();
    }

    Adjudication adjudication(Candidate chosen) {
        return limit.in(others, OptionalDouble.of(chosen.limit()));
    }
}
