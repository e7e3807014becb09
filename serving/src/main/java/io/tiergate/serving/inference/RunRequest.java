package io.tiergate.serving.inference;

/**
 * Asks for a turn to run a model.
 *
 * @param model kept in memory until its run is done
 * @param samples how many of them the run takes; 1 or more
 * @param bytes what the run keeps in memory until it is done
 * @param queue how it wants to be queued
 */
public record RunRequest(Servable model, long samples, long bytes, QueuePolicy queue) {}
