package io.tiergate.cli;

import io.tiergate.local.process.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks what the commands that start a server have in common, before anything is started. */
abstract class ServiceCommand extends VerboseCommand {
    private static final int HIGHEST_PORT = 65_535;

    /** Fails unless a server can be started on the port. */
    final int freePort(String flag, int port) {
        if (port < 1 || port > HIGHEST_PORT) {
            throw wrongUsage("%s: %d (expected: 1 to %d)".formatted(flag, port, HIGHEST_PORT));
        }
        if (!FreePort.isFree(port)) {
            throw new CommandFailure(
                    "port %d is taken. Choose another with %s, or stop what listens there".formatted(port, flag));
        }
        return port;
    }

    final void checkDifferent(String flag, int port, String otherFlag, int otherPort) {
        if (port == otherPort) {
            throw wrongUsage("%s and %s are both %d (expected: two ports)".formatted(flag, otherFlag, port));
        }
    }

    final Path existingFolder(String flag, Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new CommandFailure(
                    "%s: %s is not a folder (expected: a model repository, <model>/<version>/model.onnx)"
                            .formatted(flag, folder));
        }
        return folder.toAbsolutePath().normalize();
    }

    final Path dataFolder(Path folder) {
        try {
            return Files.createDirectories(folder).toAbsolutePath().normalize();
        } catch (IOException e) {
            throw new CommandFailure(
                    "data folder %s cannot be made (%s). Choose another with --data-dir".formatted(folder, e), e);
        }
    }

    final String brokerAddress(String address) {
        if (!address.matches("[^\\s:]+:[1-9]\\d{0,4}")) {
            throw wrongUsage("--kafka: '%s' (expected: HOST:PORT, for instance localhost:9092)".formatted(address));
        }
        return address;
    }
}
