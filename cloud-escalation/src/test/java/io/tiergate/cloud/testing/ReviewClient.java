package io.tiergate.cloud.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A person at the REST API. */
public final class ReviewClient {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What came back. */
    public record Reply(int status, String type, JsonNode body) {}

    private final String address;

    public ReviewClient(int port) {
        this.address = "http://localhost:" + port;
    }

    public List<JsonNode> next(int count) throws IOException, InterruptedException {
        List<JsonNode> samples = new ArrayList<>();
        get("/api/review/next?n=" + count).body().get("samples").forEach(samples::add);
        return samples;
    }

    public Reply label(JsonNode sample, String label) throws IOException, InterruptedException {
        return post(
                path(sample, "label"), json(Map.of("token", sample.get("token").asText(), "label", label)));
    }

    public Reply undo(JsonNode sample) throws IOException, InterruptedException {
        return post(path(sample, "undo"), "");
    }

    public Reply extend(JsonNode sample) throws IOException, InterruptedException {
        return post(
                path(sample, "extend"), json(Map.of("token", sample.get("token").asText())));
    }

    public Reply get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address + path)));
    }

    public Reply post(String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static String path(JsonNode sample, String action) {
        return "/api/review/" + sample.get("id").asText() + "/" + action;
    }

    private static String json(Map<String, String> values) throws IOException {
        return JSON.writeValueAsString(values);
    }

    private static Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Reply(
                response.statusCode(),
                response.headers()
                        .firstValue("content-type")
                        .map(type -> type.replaceFirst(";.*", ""))
                        .orElse(""),
                response.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(response.body()));
    }
}
