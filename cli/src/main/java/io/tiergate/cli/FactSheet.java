package io.tiergate.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

/** Prints what is known of one thing, for people or for programs. */
public final class FactSheet {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INDENT = "  ";

    private FactSheet() {}

    /** @param asJson as one JSON object a line, in place of names and values below each other */
    public static void print(PrintWriter out, ObjectNode facts, boolean asJson) {
        try {
            if (asJson) {
                out.println(JSON.writeValueAsString(facts));
            } else {
                print(out, facts, "");
            }
            out.flush();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void print(PrintWriter out, JsonNode node, String indent) {
        int width = node.propertyStream()
                .mapToInt(property -> property.getKey().length())
                .max()
                .orElse(0);
        node.propertyStream().forEach(property -> {
            String name = property.getKey().replace('_', ' ');
            JsonNode value = property.getValue();
            if (value.isContainerNode() && !value.isEmpty()) {
                out.println(indent + name);
                if (value.isObject()) {
                    print(out, value, indent + INDENT);
                } else {
                    value.forEach(element -> printElement(out, element, indent + INDENT));
                }
            } else {
                String text = value.isNull() || value.isContainerNode() ? "-" : value.asText();
                out.println(indent + name + " ".repeat(width - name.length() + 2) + (text.isEmpty() ? "-" : text));
            }
        });
    }

    private static void printElement(PrintWriter out, JsonNode element, String indent) {
        if (element.isObject()) {
            print(out, element, indent);
            out.println();
        } else {
            out.println(indent + element.asText());
        }
    }
}
