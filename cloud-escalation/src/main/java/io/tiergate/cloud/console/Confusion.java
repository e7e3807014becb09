package io.tiergate.cloud.console;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The edge's labels against the ensemble's.
 *
 * @param labels of the columns, and in the same order of the rows
 * @param rows one for each label of the edge
 * @param kept samples whose label is the same on both sides
 * @param total all samples, those with rarer labels included
 * @param leftOut samples that stand in no cell, because one of their labels is rare
 */
public record Confusion(List<String> labels, List<Row> rows, long kept, long total, long leftOut) {
    /** More columns than these fit on no screen. */
    static final int MOST_LABELS = 12;

    /** How often the edge said one thing and the ensemble another, or the same. */
    record Pair(String edge, String ensemble, long count) {
        boolean isSame() {
            return edge.equals(ensemble);
        }
    }

    /** What the ensemble made of one of the edge's labels; a cell for each column. */
    public record Row(String edge, List<Cell> cells) {}

    /** How many samples. */
    public record Cell(long count, boolean same) {}

    public Confusion {
        labels = List.copyOf(labels);
        rows = List.copyOf(rows);
    }

    public boolean isEmpty() {
        return total == 0;
    }

    /** The share of samples whose label the ensemble kept, in whole percents. */
    public long keptPercent() {
        return total == 0 ? 0 : Math.round(100.0 * kept / total);
    }

    /** The most frequent labels of both sides, in alphabetical order. */
    static Confusion of(List<Pair> pairs) {
        Map<String, Long> frequency = pairs.stream()
                .flatMap(pair ->
                        Stream.of(Map.entry(pair.edge(), pair.count()), Map.entry(pair.ensemble(), pair.count())))
                .collect(groupingBy(Map.Entry::getKey, summingLong(Map.Entry::getValue)));
        List<String> labels = frequency.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_LABELS)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        Map<Map.Entry<String, String>, Long> counts = new HashMap<>();
        pairs.forEach(pair -> counts.merge(Map.entry(pair.edge(), pair.ensemble()), pair.count(), Long::sum));
        List<Row> rows = labels.stream().map(edge -> row(edge, labels, counts)).toList();
        long total = pairs.stream().mapToLong(Pair::count).sum();
        long kept = pairs.stream().filter(Pair::isSame).mapToLong(Pair::count).sum();
        long shown = rows.stream()
                .flatMap(row -> row.cells().stream())
                .mapToLong(Cell::count)
                .sum();
        return new Confusion(labels, rows, kept, total, total - shown);
    }

    private static Row row(String edge, List<String> labels, Map<Map.Entry<String, String>, Long> counts) {
        return new Row(
                edge,
                labels.stream()
                        .map(label -> new Cell(counts.getOrDefault(Map.entry(edge, label), 0L), edge.equals(label)))
                        .toList());
    }
}
