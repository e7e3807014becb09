package io.tiergate.cloud.console;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the flow page shows, as of one moment: what was answered last, at most {@link FlowStatistics#MOST} samples of the last hour.
 *
 * @param all of every site together
 * @param sites the busiest first
 * @param opinions which of the edge's labels the ensemble kept, and which it changed
 * @param waiting samples that wait for a person now
 * @param deadLetters since this service started, by reason
 */
public record Flow(SiteFlow all, List<SiteFlow> sites, Confusion opinions, long waiting, List<Count> deadLetters) {
    /** How many of something there are. */
    public record Count(String name, long count) {}

    /**
     * What became of the samples of one site.
     *
     * @param answered all of them: decided + parked + rejected
     * @param decided those that the ensemble decided
     * @param parked those that were put before people
     * @param byPeople of the parked ones, those that a person has decided
     * @param latency from the sample's creation, by the edge's clock, to the ensemble's verdict; empty if it decided none
     */
    public record SiteFlow(
            String site,
            long answered,
            long decided,
            long parked,
            long rejected,
            long byPeople,
            Optional<Latency> latency) {}

    /** How long half of the verdicts took at most, and how long 95 of 100. Below zero where an edge's clock is ahead. */
    public record Latency(Duration median, Duration p95) {}

    public Flow {
        sites = List.copyOf(sites);
        deadLetters = List.copyOf(deadLetters);
    }

    public boolean isEmpty() {
        return all.answered() + waiting == 0 && deadLetters.isEmpty();
    }
}
