package io.tiergate.cloud.review.queue;

/**
 * What one person says a sample is.
 *
 * @param labelIndex in the ensemble's labels
 * @param adjudicates given to settle a tie: then it decides alone
 */
record GivenLabel(String reviewer, String label, int labelIndex, boolean adjudicates) {}
