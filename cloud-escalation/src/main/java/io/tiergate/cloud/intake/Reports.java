package io.tiergate.cloud.intake;

import io.tiergate.cloud.review.NewReport;
import io.tiergate.cloud.review.Origin;
import io.tiergate.cloud.review.Recording;
import io.tiergate.cloud.review.StoredReport;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** A batch's reported labels by sample, since of several only the latest counts; an earlier one may bring the sample, though. */
record Reports(Map<UUID, List<Reading.Reported>> byId) {
    /** The highest revision first, and of copies the one that came first. */
    private static final Comparator<Reading.Reported> PRECEDENCE = Comparator.comparing(
                    Reading.Reported::revision, Comparator.reverseOrder())
            .thenComparing(report -> report.place().partition())
            .thenComparing(report -> report.place().offset());

    static Reports of(List<Reading> readings) {
        return new Reports(readings.stream()
                .filter(Reading.Reported.class::isInstance)
                .map(Reading.Reported.class::cast)
                .sorted(PRECEDENCE)
                .collect(Collectors.groupingBy(Reading.Reported::id, LinkedHashMap::new, Collectors.toList())));
    }

    /** One report a sample. */
    List<NewReport> toRows() {
        return byId.values().stream().map(Reports::toRow).toList();
    }

    /** How much the parked samples that the reports want would add to the records that want them, in bytes. */
    Map<Origin, Long> parkedBytes(Recording<StoredReport> stored) {
        Map<Origin, Long> bytes = new HashMap<>();
        stored.rows()
                .forEach((id, row) -> byId.get(id).forEach(copy -> bytes.put(copy.place(), (long) row.parkedBytes())));
        return bytes;
    }

    private static NewReport toRow(List<Reading.Reported> copies) {
        Reading.Reported latest = copies.get(0);
        // Which of the copies is published the row decides: the one without tensors, perhaps.
        boolean wantsParkedSample = copies.stream().anyMatch(copy -> !copy.bringsSample());
        Optional<Origin> whole = copies.stream()
                .filter(Reading.Reported::bringsSample)
                .findFirst()
                .map(Reading::place);
        return new NewReport(latest.id(), latest.place(), whole, latest.sample().getReportedLabel(), wantsParkedSample);
    }
}
