package io.tiergate.cli.bench;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * @param home the repository, in which everything is built
 * @param models the committed model repository
 * @param length how long everything is measured
 * @param only what to measure
 * @param report where to write the result as JSON
 * @param plot where to draw latency against arrival rate, as SVG
 */
public record BenchOptions(
        Path home, Path models, BenchLength length, Set<Measurement> only, Optional<Path> report, Optional<Path> plot) {
    public BenchOptions {
        only = Set.copyOf(only);
    }
}
