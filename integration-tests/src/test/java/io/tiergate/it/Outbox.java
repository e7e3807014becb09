package io.tiergate.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code ./tiergate outbox} on the data folder of an edge that runs or is stopped. */
final class Outbox {
    private static final Path LAUNCHER =
            Path.of("..", "tiergate").toAbsolutePath().normalize();

    private final Path dataFolder;

    Outbox(Path dataFolder) {
        this.dataFolder = dataFolder;
    }

    /** Fails unless the ledger holds. */
    void verify() throws IOException, InterruptedException {
        run("verify");
    }

    /** The state of every escalation that is in the ledger, by id. */
    Map<String, String> states() throws IOException, InterruptedException {
        ObjectMapper json = new ObjectMapper();
        Map<String, String> states = new TreeMap<>();
        for (String line : run("list", "--json").lines().toList()) {
            JsonNode escalation = json.readTree(line);
            states.put(escalation.path("id").asText(), escalation.path("state").asText());
        }
        return states;
    }

    private String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", LAUNCHER.toString(), "outbox"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--data-dir", dataFolder.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("TIERGATE_SKIP_BUILD", "1");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError("%s: exit code %d: %s".formatted(command, process.exitValue(), output));
        }
        return output;
    }
}
