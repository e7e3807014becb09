/**
 * A real PostgreSQL from jars. PostgreSQL detaches itself from whoever started it; so a JVM of its own, the keeper, stands
 * between it and the rest: it stops PostgreSQL when it is asked to end or its parent has gone, ends when PostgreSQL has
 * ended, and clears away what an earlier keeper that was killed has left running.
 */
package io.tiergate.local.postgres;
