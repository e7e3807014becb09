package io.tiergate.parts.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tables of the model card, {@code models/README.md}, as the training wrote them. */
final class ModelCard {
    private final List<List<List<String>>> tables = new ArrayList<>();

    static ModelCard read(Path file) throws IOException {
        ModelCard card = new ModelCard();
        boolean inTable = false;
        for (String line : Files.readAllLines(file)) {
            boolean row = line.startsWith("|");
            if (row && !inTable) {
                card.tables.add(new ArrayList<>());
            }
            if (row) {
                card.tables.getLast().add(cells(line));
            }
            inTable = row;
        }
        return card;
    }

    /** A figure of the table that has this edge model in its heading, 0 to 1 where it is a percentage. */
    double ofPair(String edge, String title) {
        List<List<String>> table = tables.stream()
                .filter(rows -> rows.getFirst().contains(edge))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the model card has no table of '" + edge + "'"));
        List<String> row = table.stream()
                .filter(each -> each.getFirst().equals(title))
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("the model card's table of '" + edge + "' has no '" + title + "'"));
        return number(row.get(table.getFirst().indexOf(edge)));
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1).split("\\|", -1))
                .map(cell -> cell.strip().replace("`", ""))
                .toList();
    }

    private static double number(String cell) {
        return cell.endsWith("%")
                ? Double.parseDouble(cell.substring(0, cell.length() - 1).strip()) / 100
                : Double.parseDouble(cell);
    }
}
