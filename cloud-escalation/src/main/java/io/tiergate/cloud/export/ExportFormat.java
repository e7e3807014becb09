package io.tiergate.cloud.export;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/** What labels can be written as. */
public enum ExportFormat {
    CSV("csv", "text/csv; charset=utf-8", "labels.csv"),
    PARQUET("parquet", "application/vnd.apache.parquet", "labels.parquet"),
    LABEL_STUDIO("label-studio", "application/json", "labels.json");

    private final String word;
    private final String mediaType;
    private final String fileName;

    ExportFormat(String word, String mediaType, String fileName) {
        this.word = word;
        this.mediaType = mediaType;
        this.fileName = fileName;
    }

    public static Optional<ExportFormat> of(String word) {
        return Arrays.stream(values())
                .filter(format -> format.word.equals(word))
                .findFirst();
    }

    public String word() {
        return word;
    }

    public String mediaType() {
        return mediaType;
    }

    /** As which the file is best saved. */
    public String fileName() {
        return fileName;
    }

    /** Begins a file. */
    public LabelWriter writer(OutputStream out) throws IOException {
        return switch (this) {
            case CSV -> new CsvLabels(out);
            case PARQUET -> new ParquetLabels(out);
            case LABEL_STUDIO -> new LabelStudioTasks(out);
        };
    }
}
