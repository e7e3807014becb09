/**
 * Looks into an edge gateway's ledger as it lies on the disk, and repairs it. Everything but the repair only reads, on the command's own
 * thread, and never holds up a gateway that is running.
 */
package io.tiergate.cli.ledger;
