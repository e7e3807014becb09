package io.tiergate.serving.inference;

/**
 * How it stands with one version of a model.
 *
 * @param version as its folder is called; {@code *} if the model's own folder could not be read
 * @param reason why it is not ready; empty if it is
 */
public record ModelState(String model, String version, boolean ready, String reason) {}
