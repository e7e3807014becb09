/**
 * A real Kafka broker (KRaft, one node) from jars, in a JVM of its own. Its folder is all it needs: killed at any moment
 * and started again on that folder, it has every record it had acknowledged.
 */
package io.tiergate.local.kafka;
