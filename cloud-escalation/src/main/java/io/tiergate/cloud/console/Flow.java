package io.tiergate.cloud.console;

import java.util.List;

/**
 * What the flow page shows, as of one moment.
 *
 * @param decided of the samples answered within the last hour, those that the ensemble decided
 * @param parked of those, the ones that were put before people
 * @param rejected of those, the ones that could not be processed
 * @param waiting samples that wait for a person now
 * @param deadLetters since this service started, by reason
 */
public record Flow(long decided, long parked, long rejected, long waiting, List<Count> deadLetters) {
    /** How many of something there are. */
    public record Count(String name, long count) {}

    public Flow {
        deadLetters = List.copyOf(deadLetters);
    }

    public boolean isEmpty() {
        return decided + parked + rejected + waiting == 0 && deadLetters.isEmpty();
    }
}
