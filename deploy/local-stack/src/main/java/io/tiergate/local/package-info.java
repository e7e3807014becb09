/**
 * The whole of Tiergate on one machine: Kafka, PostgreSQL, the cloud service and the edge gateway, each a process of its
 * own, kept alive by this one and stopped with it.
 */
package io.tiergate.local;
