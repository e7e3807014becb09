package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiergate.cli.CommandFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that measures what it is told, a JSON object a line in and one a line out. It ends when its standard input does. */
final class Worker implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String name;
    private final Path log;
    private final Process process;
    private final OutputStream commands;
    private final BufferedReader answers;

    private Worker(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
        this.commands = process.getOutputStream();
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    static Worker start(String name, List<String> command, Path folder) throws IOException {
        Path log = folder.resolve("logs").resolve(name + ".log");
        Files.createDirectories(log.getParent());
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(Redirect.appendTo(log.toFile()))
                .start();
        return new Worker(name, log, process);
    }

    static ObjectNode command(String what) {
        return MAPPER.createObjectNode().put("do", what);
    }

    /**
     * Has one command carried out; blocks until it is answered.
     *
     * @throws CommandFailure if the process has ended, or could not do it
     */
    JsonNode ask(ObjectNode command) throws IOException {
        tell(command);
        String line = answers.readLine();
        if (line == null) {
            throw new CommandFailure("the process '%s' has ended; its log is %s".formatted(name, log));
        }
        JsonNode answer = MAPPER.readTree(line);
        if (answer.has("error")) {
            throw new CommandFailure("the process '%s' could not do %s: %s; its log is %s"
                    .formatted(name, command, answer.get("error").asText(), log));
        }
        return answer;
    }

    /** Sends what has no answer. */
    synchronized void tell(ObjectNode command) throws IOException {
        commands.write((MAPPER.writeValueAsString(command) + "\n").getBytes(StandardCharsets.UTF_8));
        commands.flush();
    }

    @Override
    public void close() {
        try {
            commands.close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
