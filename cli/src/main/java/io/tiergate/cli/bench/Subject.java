package io.tiergate.cli.bench;

import java.nio.file.Path;

/**
 * A server that answers {@code ModelInfer}.
 *
 * @param port on this machine
 * @param pool the requests it is sent, as the load generator reads them
 */
record Subject(int port, Path pool) {}
