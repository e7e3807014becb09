package io.tiergate.edge.verdict;

import io.tiergate.edge.escalation.AppliedVerdict;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Tells of verdicts that have changed something in the ledger, wherever they came from.
 *
 * @param applied told of each, on a ledger thread
 */
public record VerdictNews(VerdictWaiters waiters, Consumer<AppliedVerdict> applied) {
    private static final Logger LOG = Logger.getLogger(VerdictNews.class);

    void announce(AppliedVerdict verdict) {
        try {
            waiters.arrived(verdict.verdict());
            applied.accept(verdict);
        } catch (RuntimeException e) {
            // It is stored; that somebody could not be told must not hold up the others.
            LOG.warnf(
                    e,
                    "Verdict could not be announced: escalation=%s",
                    verdict.verdict().getEscalationId());
        }
    }
}
