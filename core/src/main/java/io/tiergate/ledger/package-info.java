/**
 * What the edge gateway, which writes ledgers, and the command, which looks into them, both have to know of the file: its schema, where
 * it lies, and what to say of one that cannot be used. It needs JDBC, but no driver. No threads of its own.
 */
package io.tiergate.ledger;
