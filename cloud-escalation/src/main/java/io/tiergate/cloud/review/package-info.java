/**
 * What the cloud remembers in PostgreSQL: one row an escalation, the samples that wait for a person,
 * and the labels that applications reported.
 *
 * <p>Statements run on the Vert.x client's event loops; only the migration blocks, on a worker thread.
 */
package io.tiergate.cloud.review;
