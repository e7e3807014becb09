/**
 * The connection to Kafka, through SmallRye's connector. Channels are opened at run time rather than declared, because where to
 * start reading is known to the ledger alone, because a gateway without a broker opens none, and because a broker whose name
 * does not resolve yet must not keep the gateway from starting.
 */
package io.tiergate.edge.link;
