package io.tiergate.serving.inference;

/**
 * Asks for a turn on an inference thread.
 *
 * @param model kept in memory until its run is done
 * @param samples how many of them the run takes; 1 or more
 * @param bytes what the run keeps in memory until it is done
 */
public record RunRequest(Servable model, long samples, long bytes) {}
