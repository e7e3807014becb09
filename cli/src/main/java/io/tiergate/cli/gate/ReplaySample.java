package io.tiergate.cli.gate;

import io.tiergate.cli.calibration.EdgeAnswer;
import io.tiergate.cli.calibration.EnsembleAnswer;
import java.util.Optional;

/**
 * What a request of a replay shows, and what the models say to it.
 *
 * @param label index of the true class
 * @param ensemble empty where no ensemble gives verdicts
 */
record ReplaySample(EdgeAnswer edge, int label, Optional<EnsembleAnswer> ensemble) {
    boolean edgeIsRight() {
        return edge.top() == label;
    }

    /** Whether a person has to decide if this sample is sent. */
    boolean isParked() {
        return ensemble.isPresent() && !ensemble.get().sure();
    }

    /** Whether the final answer is right if this sample is sent. */
    boolean isRightWhenSent(boolean reviewed) {
        if (ensemble.isEmpty()) {
            return edgeIsRight();
        }
        EnsembleAnswer verdict = ensemble.get();
        if (!verdict.sure() && reviewed) {
            return true;
        }
        return verdict.top() < 0 ? edgeIsRight() : verdict.top() == label;
    }
}
