package io.tiergate.parts.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tables of the model card, {@code models/README.md}, as the training wrote them. */
final class ModelCard {
    private final List<List<String>> rows = new ArrayList<>();

    static ModelCard read(Path file) throws IOException {
        ModelCard card = new ModelCard();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("|")) {
                card.rows.add(Arrays.stream(line.substring(1).split("\\|", -1))
                        .map(cell -> cell.strip().replace("`", ""))
                        .toList());
            }
        }
        return card;
    }

    /** A figure of the first table: of the pair of this edge model, 0 to 1 where it is a percentage. */
    double ofPair(String edge, String title) {
        List<String> heading = rows.get(0);
        return number(row(title).get(heading.indexOf(edge)));
    }

    /** Accuracy of one model file, from the second table. */
    double accuracyOf(String model) {
        return number(row(model).get(3));
    }

    private List<String> row(String title) {
        return rows.stream()
                .filter(row -> row.get(0).equals(title))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the model card has no row '" + title + "'"));
    }

    private static double number(String cell) {
        return cell.endsWith("%")
                ? Double.parseDouble(cell.substring(0, cell.length() - 1).strip()) / 100
                : Double.parseDouble(cell);
    }
}
