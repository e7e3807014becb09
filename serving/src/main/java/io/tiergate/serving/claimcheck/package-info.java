/**
 * Payloads that are too large for a record lie in an object store, and the record carries a claim check: where, how large and with which
 * digest. Calls block, for as long as the network or a disk takes: they belong on threads of their own.
 */
package io.tiergate.serving.claimcheck;
