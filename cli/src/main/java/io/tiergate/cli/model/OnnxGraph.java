package io.tiergate.cli.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an ONNX file says of itself beyond its inputs and outputs. Field numbers as in the public {@code onnx.proto}.
 *
 * @param producer the program that wrote it, with its version; empty if it doesn't say
 * @param opsets version by domain; the standard operators' domain is called {@code ai.onnx}
 * @param externalFiles files beside it in which weights lie, as it names them
 */
record OnnxGraph(
        long irVersion, String producer, Map<String, Long> opsets, List<Node> nodes, Set<String> externalFiles) {
    private static final long LARGEST_FILE_BYTES = Integer.MAX_VALUE;
    private static final int EXTERNAL = 1;
    /** Operators that change neither the numbers' values nor their order. */
    private static final Set<String> PASSING_ON =
            Set.of("Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze");

    record Node(String operator, List<String> inputs, List<String> outputs) {}

    /** @return empty if the file has another form than this reader knows, though ONNX Runtime may know it */
    static Optional<OnnxGraph> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() > LARGEST_FILE_BYTES) {
                return Optional.empty();
            }
            ByteBuffer content = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            return Optional.of(new Reading().model(new ProtobufReader(content)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The operator that works out an output's values, behind those that only pass them on. */
    Optional<String> operatorBehind(String output) {
        String wanted = output;
        for (int steps = 0; steps < nodes.size(); steps++) {
            String name = wanted;
            Optional<Node> node =
                    nodes.stream().filter(n -> n.outputs().contains(name)).findFirst();
            if (node.isEmpty()) {
                return Optional.empty();
            }
            if (!PASSING_ON.contains(node.get().operator())
                    || node.get().inputs().isEmpty()) {
                return Optional.of(node.get().operator());
            }
            wanted = node.get().inputs().getFirst();
        }
        return Optional.empty();
    }

    private static final class Reading {
        private long irVersion;
        private String producerName = "";
        private String producerVersion = "";
        private final Map<String, Long> opsets = new TreeMap<>();
        private final List<Node> nodes = new ArrayList<>();
        private final Set<String> externalFiles = new TreeSet<>();

        OnnxGraph model(ProtobufReader model) {
            for (int field = model.next(); field != 0; field = model.next()) {
                switch (field) {
                    case 1 -> irVersion = model.number();
                    case 2 -> producerName = model.text();
                    case 3 -> producerVersion = model.text();
                    case 7 -> graph(model.message());
                    case 8 -> opset(model.message());
                    default -> model.skip();
                }
            }
            String producer = (producerName + " " + producerVersion).strip();
            return new OnnxGraph(
                    irVersion, producer, Map.copyOf(opsets), List.copyOf(nodes), Set.copyOf(externalFiles));
        }

        private void opset(ProtobufReader opset) {
            String domain = "";
            long version = 0;
            for (int field = opset.next(); field != 0; field = opset.next()) {
                switch (field) {
                    case 1 -> domain = opset.text();
                    case 2 -> version = opset.number();
                    default -> opset.skip();
                }
            }
            opsets.put(domain.isEmpty() ? "ai.onnx" : domain, version);
        }

        private void graph(ProtobufReader graph) {
            for (int field = graph.next(); field != 0; field = graph.next()) {
                switch (field) {
                    case 1 -> nodes.add(node(graph.message()));
                    case 5 -> weights(graph.message());
                    default -> graph.skip();
                }
            }
        }

        private static Node node(ProtobufReader node) {
            String operator = "";
            List<String> inputs = new ArrayList<>();
            List<String> outputs = new ArrayList<>();
            for (int field = node.next(); field != 0; field = node.next()) {
                switch (field) {
                    case 1 -> inputs.add(node.text());
                    case 2 -> outputs.add(node.text());
                    case 4 -> operator = node.text();
                    default -> node.skip();
                }
            }
            return new Node(operator, List.copyOf(inputs), List.copyOf(outputs));
        }

        private void weights(ProtobufReader tensor) {
            String location = "";
            boolean external = false;
            for (int field = tensor.next(); field != 0; field = tensor.next()) {
                switch (field) {
                    case 13 -> {
                        String given = location(tensor.message());
                        location = given.isEmpty() ? location : given;
                    }
                    case 14 -> external = tensor.number() == EXTERNAL;
                    default -> tensor.skip();
                }
            }
            if (external && !location.isEmpty()) {
                externalFiles.add(location);
            }
        }

        private static String location(ProtobufReader entry) {
            String key = "";
            String value = "";
            for (int field = entry.next(); field != 0; field = entry.next()) {
                switch (field) {
                    case 1 -> key = entry.text();
                    case 2 -> value = entry.text();
                    default -> entry.skip();
                }
            }
            return key.equals("location") ? value : "";
        }
    }
}
