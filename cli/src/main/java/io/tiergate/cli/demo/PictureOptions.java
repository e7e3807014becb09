package io.tiergate.cli.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * @param files PNG or JPEG files, at least one
 * @param models model repository
 * @param model name of the edge model; absent: the first by name
 * @param keep whether to leave everything running
 */
public record PictureOptions(List<Path> files, Path models, Optional<String> model, boolean keep) {
    public PictureOptions {
        files = List.copyOf(files);
    }
}
