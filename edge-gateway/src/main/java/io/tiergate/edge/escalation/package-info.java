/**
 * The ledger of what was promised, and the relay that sends it.
 *
 * <p>All writes go through one thread, {@code ledger-writer}, which commits what is waiting as one transaction; all reads run on
 * {@code ledger-reader}; {@code ledger-housekeeper} asks the writer from time to time to expire what has waited too long.
 * All three, and the clocks, come from a {@link io.tiergate.edge.escalation.LedgerPlatform}. Nothing here waits for the network, and nothing on the request path waits for anything but the
 * ledger's own disk.
 */
package io.tiergate.edge.escalation;
