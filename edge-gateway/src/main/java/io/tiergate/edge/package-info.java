/**
 * The edge service. {@link io.tiergate.edge.EdgeLifecycle} starts and stops its parts in order; each part is a package of its own:
 * {@code api} speaks gRPC, {@code inference} runs models and decides, {@code escalation} owns the ledger and what leaves the
 * site, {@code verdict} what comes back, {@code link} the connection to Kafka, {@code telemetry} what operators see.
 */
package io.tiergate.edge;
