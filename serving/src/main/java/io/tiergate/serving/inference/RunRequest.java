package io.tiergate.serving.inference;

import java.time.Duration;
import java.util.Optional;

/**
 * Asks for a turn on an inference thread.
 *
 * @param model kept in memory until its run is done
 * @param samples how many of them the run takes; 1 or more
 * @param bytes what the run keeps in memory until it is done
 * @param queueTimeout longest time to wait for the turn; empty: as long as it takes
 */
public record RunRequest(Servable model, long samples, long bytes, Optional<Duration> queueTimeout) {}
