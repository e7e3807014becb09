package io.tiergate.bench.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Serves the parent over standard input and output until the parent closes the pipe. Commands are carried out one after the other, on a
 * thread named {@code measurement}; the line {@code {"do":"stop"}} has no answer and only asks the one under way to end early.
 */
public final class JsonLines {
    /** Carries out one command. */
    public interface Handler {
        /** @param stopped becomes true when the parent wants no more of it */
        ObjectNode answer(JsonNode command, AtomicBoolean stopped) throws Exception;
    }

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Handler handler;
    private final PrintStream out;
    private final AtomicBoolean stopped = new AtomicBoolean();

    private JsonLines(Handler handler, PrintStream out) {
        this.handler = handler;
        this.out = out;
    }

    /** Does not return: the process ends with the pipe. */
    public static void serve(Handler handler) throws IOException {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        // What a library prints must not come between the answers.
        System.setOut(System.err);
        new JsonLines(handler, answers).readCommands();
        System.exit(0);
    }

    private void readCommands() throws IOException {
        ExecutorService measurement = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("measurement").daemon().factory());
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode command = MAPPER.readTree(line);
            if (command.path("do").asText().equals("stop")) {
                stopped.set(true);
            } else {
                measurement.execute(() -> carryOut(command));
            }
        }
    }

    private void carryOut(JsonNode command) {
        stopped.set(false);
        ObjectNode answer;
        try {
            answer = handler.answer(command, stopped);
        } catch (Exception e) {
            e.printStackTrace();
            answer = MAPPER.createObjectNode().put("error", e.toString());
        }
        try {
            out.println(MAPPER.writeValueAsString(answer));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer that is no JSON: " + answer, e);
        }
    }
}
