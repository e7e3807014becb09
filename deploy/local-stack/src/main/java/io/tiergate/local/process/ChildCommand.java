package io.tiergate.local.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a child is started, and what may be expected of it.
 *
 * @param name what messages call it, for instance {@code edge}
 * @param command program and arguments
 * @param workingDirectory made if it is missing
 * @param logFile takes what the child writes to its standard output and error, appended
 * @param readyPrefix how the line begins that the child prints on its standard output once it serves
 * @param readyWithin how long it may take to get there
 * @param stopWithin how long an orderly stop may take before the child is killed
 */
public record ChildCommand(
        String name,
        List<String> command,
        Path workingDirectory,
        Path logFile,
        String readyPrefix,
        Duration readyWithin,
        Duration stopWithin) {
    public ChildCommand {
        command = List.copyOf(command);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("command of '" + name + "' is empty (expected: a program)");
        }
        if (readyPrefix.isBlank()) {
            throw new IllegalArgumentException(
                    "ready prefix of '" + name + "' is blank (expected: a line's beginning)");
        }
    }
}
