/**
 * What comes back: the inbox that reads this edge's partition of the verdicts topic, and the callers that wait for one.
 *
 * <p>The inbox runs on its consumer's thread and hands every batch to the ledger; callbacks of waiting callers come on a ledger
 * thread.
 */
package io.tiergate.edge.verdict;
