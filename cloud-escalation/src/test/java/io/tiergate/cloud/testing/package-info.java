/** The real things that the tests run against: the service as its own process, a Kafka broker, a PostgreSQL. */
package io.tiergate.cloud.testing;
