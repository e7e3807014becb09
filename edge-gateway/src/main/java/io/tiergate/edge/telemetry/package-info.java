/** What operators see of the edge: metrics, readiness, the status page. Kafka's state is a metric, never a reason not to be ready. */
package io.tiergate.edge.telemetry;
