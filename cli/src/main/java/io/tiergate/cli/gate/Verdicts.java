package io.tiergate.cli.gate;

import io.tiergate.gate.Gate;
import io.tiergate.gate.control.Label;
import io.tiergate.gate.control.Outcome;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** The verdicts that are on their way back to the gate: the ensemble's, and after it a person's on what it was not sure of. */
final class Verdicts {
    /** Requests between the ensemble's saying that it is not sure and a person's label. */
    private static final int REVIEWED_AFTER = 1000;

    /** @param at the request after which the gate learns of it */
    private record Due(int at, Outcome outcome, ReplaySample sample) {}

    private final Gate gate;
    private final int delay;
    private final boolean review;
    private final Queue<Due> verdicts = new ArrayDeque<>();
    private final Queue<Due> reviews = new ArrayDeque<>();

    /**
     * @param delay requests until an ensemble's verdict is there, 0 or more
     * @param review whether a person labels what the ensemble is not sure of
     */
    Verdicts(Gate gate, int delay, boolean review) {
        this.gate = gate;
        this.delay = delay;
        this.review = review;
    }

    /**
     * A sample was sent with a request.
     *
     * @param epoch of the gate when it decided
     * @param inclusion probability of an audit; 1 if it was escalated
     */
    void sent(int request, ReplaySample sample, double score, long epoch, boolean audited, double inclusion) {
        sample.ensemble().ifPresent(verdict -> {
            int edgeTop = sample.edge().top();
            Label label = verdict.sure()
                    ? new Label.ByEnsemble(verdict.top() != edgeTop)
                    : new Label.Open(verdict.wrongProbability(edgeTop));
            verdicts.add(new Due(
                    request + delay,
                    new Outcome(request, epoch, score, audited, inclusion, label, Optional.empty()),
                    sample));
        });
    }

    /** Tells the gate what is due once a request has been decided. */
    void arrive(int request) {
        while (!verdicts.isEmpty() && verdicts.peek().at() <= request) {
            Due due = verdicts.remove();
            gate.learned(due.outcome());
            if (review && due.outcome().label() instanceof Label.Open) {
                reviews.add(new Due(due.at() + REVIEWED_AFTER, reviewed(due), due.sample()));
            }
        }
        while (!reviews.isEmpty() && reviews.peek().at() <= request) {
            gate.learned(reviews.remove().outcome());
        }
    }

    private static Outcome reviewed(Due due) {
        Outcome parked = due.outcome();
        return new Outcome(
                parked.key(),
                parked.epoch(),
                parked.score(),
                parked.audited(),
                parked.inclusion(),
                new Label.ByPerson(!due.sample().edgeIsRight()),
                Optional.of(parked.label()));
    }
}
