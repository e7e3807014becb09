package io.tiergate.cloud.export;

import static org.assertj.core.api.Assertions.assertThat;

import blue.strategic.parquet.Hydrator;
import blue.strategic.parquet.HydratorSupplier;
import blue.strategic.parquet.ParquetReader;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiergate.cloud.export.LabelRow.Label;
import io.tiergate.cloud.export.LabelRow.Model;
import io.tiergate.cloud.export.LabelRow.Opinion;
import io.tiergate.cloud.export.LabelRow.PersonsLabel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelFilesTest {
    private static final UUID ID = UUID.fromString("0190f5e2-7b1c-7def-8a3b-5c6d7e8f9a0b");
    private static final String NAMES =
            "escalation_id,site,device,model,model_version,model_digest,ensemble,ensemble_version,ensemble_digest,edge_label,"
                    + "edge_score,label,source,rank,revision,reviewer,decided_at,content_digest,purpose,inclusion_probability\r\n";

    @TempDir
    Path folder;

    @Test
    void csvHasALineASample() throws IOException {
        assertThat(written(ExportFormat.CSV, row("plant-7"), open()))
                .isEqualTo(
                        NAMES
                                + "0190f5e2-7b1c-7def-8a3b-5c6d7e8f9a0b,plant-7,camera-2,parts-edge,3,sha256:aa,parts-ensemble,2,sha256:bb,"
                                + "dent,-0.25,scratch,human,30,1,ada,2026-11-21T10:00:00.123456Z,0f10,escalated,1.0\r\n"
                                + "0190f5e2-7b1c-7def-8a3b-5c6d7e8f9a0b,plant-7,,parts-edge,3,sha256:aa,,,,dent,0.5,,,,,,,0f10,audited,0.01\r\n");
    }

    @Test
    void aTextThatASpreadsheetWouldRunIsMadeInert() throws IOException {
        for (String formula : List.of("=1+1", "+cmd", "-2", "@SUM(A1)")) {
            assertThat(written(ExportFormat.CSV, row(formula))).contains(",'" + formula + ",");
        }
        assertThat(written(ExportFormat.CSV, row("\t=1"))).contains(",\"'\t=1\",");
        assertThat(written(ExportFormat.CSV, row("a=1"))).contains(",a=1,");
    }

    @Test
    void whatSeparatesCellsIsQuoted() throws IOException {
        assertThat(written(ExportFormat.CSV, row("say \"hi\", then\r\ngo")))
                .contains(",\"say \"\"hi\"\", then\r\ngo\",camera-2,");
    }

    @Test
    void parquetIsReadBackWithItsTypes() throws IOException {
        Path file = folder.resolve("labels.parquet");
        write(ExportFormat.PARQUET, Files.newOutputStream(file), List.of(row("plänt"), open()));

        List<Map<String, Object>> rows = read(file);

        assertThat(rows).hasSize(2);
        assertThat(rows.get(0))
                .containsEntry("escalation_id", ID.toString())
                .containsEntry("site", "plänt")
                .containsEntry("model_version", 3L)
                .containsEntry("edge_score", -0.25)
                .containsEntry("label", "scratch")
                .containsEntry("rank", 30L)
                .containsEntry("decided_at", 1_795_255_200_123_456L);
        assertThat(rows.get(1))
                .containsEntry("label", null)
                .containsEntry("ensemble_version", null)
                .containsEntry("inclusion_probability", 0.01);
        assertThat(ParquetReader.readMetadata(file.toFile())
                        .getFileMetaData()
                        .getSchema()
                        .toString())
                .contains("optional binary label (STRING)", "optional int64 decided_at (TIMESTAMP(MICROS,true))");
    }

    @Test
    void manyRowsAreWrittenAsTheyCome() throws IOException {
        Path file = folder.resolve("many.parquet");
        Counted counted = new Counted(Files.newOutputStream(file));
        long written;
        try (LabelWriter writer = ExportFormat.PARQUET.writer(counted)) {
            for (int i = 0; i < 25_000; i++) {
                // What differs from row to row takes room.
                writer.write(row(UUID.nameUUIDFromBytes(new byte[] {(byte) i, (byte) (i >> 8), (byte) (i >> 16)})
                        .toString()
                        .repeat(5)));
            }
            written = counted.bytes;
        }

        assertThat(written).isGreaterThan(100_000);
        assertThat(read(file)).hasSize(25_000);
    }

    @Test
    void labelStudioGetsTasksWithWhatModelsAndPeopleSaid() throws IOException {
        String json = written(ExportFormat.LABEL_STUDIO, row("</script>"), open());

        assertThat(new ObjectMapper().readTree(json)).isEqualTo(new ObjectMapper().readTree("""
                [ { "data": {
                      "escalation_id": "0190f5e2-7b1c-7def-8a3b-5c6d7e8f9a0b", "site": "</script>", "device": "camera-2",
                      "model": "parts-edge", "model_version": 3, "model_digest": "sha256:aa",
                      "ensemble": "parts-ensemble", "ensemble_version": 2, "ensemble_digest": "sha256:bb",
                      "edge_label": "dent", "edge_score": -0.25, "label": "scratch", "source": "human", "rank": 30,
                      "revision": 1, "reviewer": "ada", "decided_at": "2026-11-21T10:00:00.123456Z",
                      "content_digest": "0f10", "purpose": "escalated", "inclusion_probability": 1.0 },
                    "predictions": [
                      { "model_version": "parts-edge/3", "score": 0.5, "result": [
                        { "from_name": "label", "to_name": "sample", "type": "choices", "value": { "choices": ["dent"] } } ] },
                      { "model_version": "parts-ensemble/2", "result": [
                        { "from_name": "label", "to_name": "sample", "type": "choices", "value": { "choices": ["pit"] } } ] } ],
                    "annotations": [
                      { "created_at": "2026-11-21T10:00:00Z", "lead_time": 2.5, "result": [
                        { "from_name": "label", "to_name": "sample", "type": "choices",
                          "value": { "choices": ["scratch"] }, "meta": { "text": ["ada"] } } ] } ] },
                  { "data": {
                      "escalation_id": "0190f5e2-7b1c-7def-8a3b-5c6d7e8f9a0b", "site": "plant-7", "model": "parts-edge",
                      "model_version": 3, "model_digest": "sha256:aa", "edge_label": "dent", "edge_score": 0.5,
                      "content_digest": "0f10", "purpose": "audited", "inclusion_probability": 0.01 },
                    "predictions": [], "annotations": [] } ]
                """));
    }

    @Test
    void whatWasExportedCanBeImported() throws Exception {
        String json = written(ExportFormat.LABEL_STUDIO, row("plant-7"), open());

        LabelStudioImport read =
                LabelStudioImport.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));

        assertThat(read.labels()).containsExactly(new ImportedLabel(ID, "scratch", "ada"));
        assertThat(read.problems()).isEmpty();
    }

    @Test
    void everyFormatIsFoundByItsWord() {
        for (ExportFormat format : ExportFormat.values()) {
            assertThat(ExportFormat.of(format.word())).contains(format);
        }
        assertThat(ExportFormat.of("xls")).isEmpty();
    }

    private static LabelRow row(String site) {
        return new LabelRow(
                ID,
                site,
                "camera-2",
                "escalated",
                1,
                "0f10",
                new Model("parts-edge", 3, "sha256:aa"),
                "dent",
                -0.25,
                Optional.of(new Model("parts-ensemble", 2, "sha256:bb")),
                Optional.of(new Label("scratch", "human", 30, 1, Instant.parse("2026-11-21T10:00:00.123456Z"))),
                List.of(
                        new Opinion("parts-edge/3", "dent", OptionalDouble.of(0.5)),
                        new Opinion("parts-ensemble/2", "pit", OptionalDouble.empty())),
                List.of(new PersonsLabel("ada", "scratch", 2.5, Instant.parse("2026-11-21T10:00:00Z"))));
    }

    /** Nobody has decided it, and no ensemble was asked. */
    private static LabelRow open() {
        return new LabelRow(
                ID,
                "plant-7",
                "",
                "audited",
                0.01,
                "0f10",
                new Model("parts-edge", 3, "sha256:aa"),
                "dent",
                0.5,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of());
    }

    private static String written(ExportFormat format, LabelRow... rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(format, out, List.of(rows));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void write(ExportFormat format, OutputStream out, List<LabelRow> rows) throws IOException {
        try (LabelWriter writer = format.writer(out)) {
            for (LabelRow row : rows) {
                writer.write(row);
            }
        }
    }

    private static List<Map<String, Object>> read(Path file) throws IOException {
        Hydrator<Map<String, Object>, Map<String, Object>> hydrator = new Hydrator<>() {
            @Override
            public Map<String, Object> start() {
                return new LinkedHashMap<>();
            }

            @Override
            public Map<String, Object> add(Map<String, Object> row, String name, Object value) {
                row.put(name, value);
                return row;
            }

            @Override
            public Map<String, Object> finish(Map<String, Object> row) {
                return row;
            }
        };
        try (var rows = ParquetReader.streamContent(file.toFile(), HydratorSupplier.constantly(hydrator))) {
            return rows.toList();
        }
    }

    private static final class Counted extends OutputStream {
        private final OutputStream out;
        private long bytes;

        Counted(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int single) throws IOException {
            out.write(single);
            bytes++;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            out.write(buffer, offset, length);
            bytes += length;
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
