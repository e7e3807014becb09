package io.tiergate.serving.openinference;

/**
 * What the protocol's service says of the server that it does not learn from its models.
 *
 * @param serverName and {@code serverVersion}: as ServerMetadata shows them
 * @param maxBatchSize most samples of one request, for models that take more than one; 1 or more
 * @param parallelRuns runs that may go on at once; 1 or more
 * @param lenientModelReady whether a model that is not in the repository is not ready, in place of an error
 */
public record OpenInferenceSettings(
        String serverName, String serverVersion, int maxBatchSize, int parallelRuns, boolean lenientModelReady) {}
