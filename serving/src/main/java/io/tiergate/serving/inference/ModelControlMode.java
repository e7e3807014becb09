package io.tiergate.serving.inference;

/** Who decides which models are served once the server runs. */
public enum ModelControlMode {
    /** Nobody: what was loaded at start is served until the end. */
    NONE,
    /** Clients, with the protocol's calls to load and unload. */
    EXPLICIT,
    /** The repository's folder: what changes in it is served, without anybody's call. */
    POLL
}
