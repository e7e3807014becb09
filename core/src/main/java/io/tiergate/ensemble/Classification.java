package io.tiergate.ensemble;

import java.util.List;

/**
 * What an ensemble says of a batch.
 *
 * @param opinions one a row
 * @param failedMembers how many members' runs failed and so are missing from every opinion, though perhaps one row alone is to blame:
 *     smaller batches tell
 */
public record Classification(List<Opinion> opinions, int failedMembers) {
    public Classification {
        opinions = List.copyOf(opinions);
    }
}
