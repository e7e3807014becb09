package io.tiergate.cli.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The server in Node.js: its packages come from the registry, once, and no script of theirs is run. */
final class NodeServer {
    private static final int INSTALL_MINUTES = 5;

    private final Workplace workplace;
    private final String searchPath;
    private final Path source;

    /** @param searchPath folders in which Node.js and npm may lie, as the variable {@code PATH} lists them */
    NodeServer(Workplace workplace, String searchPath) {
        this.workplace = workplace;
        this.searchPath = searchPath;
        this.source = workplace.home().resolve("benchmarks/node");
    }

    /**
     * The command line that starts it; installs its packages if they are not there yet.
     *
     * @throws IOException saying what is missing, if it cannot be run here
     */
    List<String> command(int port, Path model) throws IOException, InterruptedException {
        Path node = onPath("node").orElseThrow(() -> new IOException("Node.js is not installed"));
        Path server = installed().resolve("server.js");
        Path protocol = workplace.home().resolve("proto/src/main/proto/inference/open_inference.proto");
        return List.of(
                node.toString(), server.toString(), Integer.toString(port), model.toString(), protocol.toString());
    }

    private Path installed() throws IOException, InterruptedException {
        byte[] lock = Files.readAllBytes(source.resolve("package-lock.json"));
        // Another version of the packages lies in another folder.
        Path target = workplace.cache().resolve("node-" + Integer.toHexString(Arrays.hashCode(lock)));
        Path done = target.resolve("installed");
        Files.createDirectories(target);
        for (String file : List.of("package.json", "package-lock.json", "server.js")) {
            Files.copy(source.resolve(file), target.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.exists(done)) {
            install(target);
            Files.createFile(done);
        }
        return target;
    }

    private void install(Path target) throws IOException, InterruptedException {
        Path npm = onPath("npm").orElseThrow(() -> new IOException("npm is not installed"));
        workplace.say("installing the packages of the Node.js server");
        Path log = workplace.logs().resolve("npm.log");
        Files.createDirectories(log.getParent());
        Process install = new ProcessBuilder(
                        npm.toString(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
                .directory(target.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        install.getOutputStream().close();
        if (!install.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
            install.destroyForcibly();
            throw new IOException("npm did not install its packages within " + INSTALL_MINUTES + " minutes");
        }
        if (install.exitValue() != 0) {
            String said = Files.readString(log, StandardCharsets.UTF_8).strip();
            throw new IOException("npm could not install its packages: "
                    + said.lines().findFirst().orElse("exit code " + install.exitValue()));
        }
    }

    private Optional<Path> onPath(String program) {
        return Arrays.stream(searchPath.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
