package io.tiergate.ensemble;

import io.tiergate.gate.Distribution;
import java.util.Optional;

/**
 * What one member of an ensemble says of one sample.
 *
 * @param name its file, as the manifest names it
 * @param distribution at the member's temperature, in the order of the labels; with sigmoid outputs its sum need not be 1. Empty if
 *     the member is {@linkplain Absence absent} from the batch, or its output for this sample could not be used.
 */
public record MemberOpinion(String name, Optional<Distribution> distribution) {
    static MemberOpinion of(String name, Distribution distribution) {
        return new MemberOpinion(name, Optional.of(distribution).filter(Distribution::isKnown));
    }
}
