package io.tiergate.gate.control;

import java.util.List;

/**
 * What has been learned of when escalation helps.
 *
 * @param rank of the threshold that follows the budget, 0 to 1
 * @param numbers in an order that the model knows
 */
public record CorrectionState(double rank, List<Double> numbers) {
    public CorrectionState {
        numbers = List.copyOf(numbers);
    }
}
