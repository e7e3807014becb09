/**
 * The dead letters of a tenant, by hand: what the cloud could not process, why, and how it is put back. Everything runs on the
 * caller's thread and blocks for the brokers.
 */
package io.tiergate.cli.letters;
