package io.tiergate.local;

import io.tiergate.local.process.ChildFailedException;
import io.tiergate.local.process.ProcessEvent;
import io.tiergate.local.process.SupervisedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Some or all of Tiergate's processes on this machine. Each is started again on the same ports and data when it was
 * killed; all end when this JVM ends, however it ends.
 *
 * <pre>{@code
 * try (LocalStack stack = LocalStack.in(folder).kafka().postgres().cloud(models).edge(models).build()) {
 *     stack.start();
 *     stack.process(Part.EDGE).kill();
 *     stack.process(Part.EDGE).awaitReady(Duration.ofSeconds(60));
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class LocalStack implements AutoCloseable {
    private final Map<Part, SupervisedProcess> processes;
    private final Ports ports;
    private boolean closed;

    private LocalStack(Map<Part, SupervisedProcess> processes, Ports ports) {
        this.processes = Collections.unmodifiableMap(processes);
        this.ports = ports;
    }

    /**
     * A stack that keeps everything below one folder: each process's data in a folder of its own name, the logs in
     * {@code logs/}.
     */
    public static Builder in(Path folder) {
        return new Builder(folder.toAbsolutePath());
    }

    /**
     * Starts every process, those that do not need each other at the same time, and returns once all serve.
     *
     * @throws IOException naming the one that did not come up; the others then still run, until {@link #close}
     */
    public void start() throws IOException, InterruptedException {
        startTogether(List.of(Part.KAFKA, Part.POSTGRES));
        startTogether(List.of(Part.CLOUD, Part.EDGE));
    }

    private void startTogether(List<Part> parts) throws IOException, InterruptedException {
        var starts = parts.stream()
                .filter(processes::containsKey)
                .map(part -> CompletableFuture.runAsync(() -> start(process(part)), Thread::startVirtualThread))
                .toList();
        try {
            starts.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException failure) {
                throw failure.getCause();
            }
            throw e;
        }
    }

    private void start(SupervisedProcess process) {
        try {
            launch(process);
            process.awaitReady(StackCommands.READY_WITHIN.plusSeconds(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** After a close nothing starts any more, however far the start of the others had come. */
    private synchronized void launch(SupervisedProcess process) throws IOException {
        if (closed) {
            throw new ChildFailedException(process.name() + " is not started any more: the stack was closed");
        }
        process.launch();
    }

    /**
     * One process: to kill it, stop it, start it again, wait for it, read its log.
     *
     * @throws IllegalArgumentException if the stack was built without it
     */
    public SupervisedProcess process(Part part) {
        SupervisedProcess process = processes.get(part);
        if (process == null) {
            throw new IllegalArgumentException(
                    "this stack has no " + part.id() + " (it has: " + processes.keySet() + ")");
        }
        return process;
    }

    public Ports ports() {
        return ports;
    }

    /** For Kafka clients. */
    public String kafkaAddress() {
        return "127.0.0.1:" + ports.kafka();
    }

    /** For PostgreSQL clients; with {@code jdbc:} in front for JDBC. */
    public String databaseUrl() {
        return StackCommands.databaseUrl(ports);
    }

    /** How often each process had to be started again. */
    public Map<Part, Integer> restarts() {
        Map<Part, Integer> restarts = new TreeMap<>();
        processes.forEach((part, process) -> restarts.put(part, process.restarts()));
        return restarts;
    }

    /** Stops every process in order, edge first, and returns once all have ended. */
    @Override
    public synchronized void close() {
        closed = true;
        Part[] parts = Part.values();
        for (int i = parts.length - 1; i >= 0; i--) {
            if (processes.containsKey(parts[i])) {
                processes.get(parts[i]).stop();
            }
        }
    }

    /** Says what the stack consists of. */
    public static final class Builder {
        private final Path folder;
        private final Map<Part, Map<String, String>> parts = new EnumMap<>(Part.class);
        private final Map<Part, Path> models = new EnumMap<>(Part.class);
        private Path home = StackCommands.defaultHome();
        private Ports ports;
        private Consumer<ProcessEvent> listener = event -> {};

        private Builder(Path folder) {
            this.folder = folder;
        }

        /** The folder of the repository, below which the built services lie. */
        public Builder home(Path home) {
            this.home = home.toAbsolutePath();
            return this;
        }

        /** Ports of the caller's choice; else {@link Ports#random}. */
        public Builder ports(Ports ports) {
            this.ports = ports;
            return this;
        }

        /** Told of every start and end, on the supervising threads. */
        public Builder listener(Consumer<ProcessEvent> listener) {
            this.listener = listener;
            return this;
        }

        public Builder kafka() {
            return part(Part.KAFKA);
        }

        public Builder postgres() {
            return part(Part.POSTGRES);
        }

        /** The cloud service. It uses the stack's own Kafka and PostgreSQL, whether they run or not. */
        public Builder cloud(Path models) {
            this.models.put(Part.CLOUD, models.toAbsolutePath());
            return part(Part.CLOUD);
        }

        /** The edge gateway. It uses the stack's own Kafka, whether that runs or not. */
        public Builder edge(Path models) {
            this.models.put(Part.EDGE, models.toAbsolutePath());
            return part(Part.EDGE);
        }

        /** A configuration key of one service, in place of what the stack would set. */
        public Builder property(Part part, String key, String value) {
            part(part).parts.get(part).put(key, value);
            return this;
        }

        private Builder part(Part part) {
            parts.computeIfAbsent(part, none -> new TreeMap<>());
            return this;
        }

        /** Chooses the ports and starts nothing yet. */
        public LocalStack build() {
            Ports chosen = ports == null ? Ports.random() : ports;
            StackCommands commands = new StackCommands(home, folder, chosen);
            Map<Part, SupervisedProcess> processes = new EnumMap<>(Part.class);
            parts.forEach((part, properties) -> processes.put(
                    part, new SupervisedProcess(commands.of(part, models.get(part), properties), listener)));
            return new LocalStack(processes, chosen);
        }
    }
}
