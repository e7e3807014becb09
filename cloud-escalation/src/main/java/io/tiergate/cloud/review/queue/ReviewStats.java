package io.tiergate.cloud.review.queue;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How the work goes.
 *
 * @param remaining samples that wait for somebody's label
 * @param tied those of them that wait for an adjudicator
 * @param decided samples that have a person's verdict
 * @param yours labels that this person has given
 * @param medianSeconds that this person took for a label, over the latest 500; empty before the first
 * @param agreements of every two people who labelled the same samples
 */
public record ReviewStats(
        long remaining, long tied, long decided, long yours, OptionalDouble medianSeconds, List<Agreement> agreements) {
    /**
     * How far two people agree.
     *
     * @param samples that both labelled
     * @param kappa Cohen's, -1 to 1; empty where it is not defined
     */
    public record Agreement(String first, String second, long samples, OptionalDouble kappa) {}
}
