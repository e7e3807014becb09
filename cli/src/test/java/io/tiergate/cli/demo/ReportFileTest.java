package io.tiergate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFileTest {
    @TempDir
    Path folder;

    @Test
    void theSecondRunStandsBesideTheFirstAndChangesNothingInIt() throws Exception {
        Report ordinary = Reports.successful();
        Report split = Reports.of(0, 5, 0, 0.9, 0.93, 310_000);
        JsonNode alone = written(ordinary, Optional.empty());
        JsonNode both = written(ordinary, Optional.of(split));

        assertThat(alone.has("split")).isFalse();
        assertThat(both.get("split")).isEqualTo(written(split, Optional.empty()));
        assertThat(both.get("bytes_escalated").longValue()).isEqualTo(3_100_000);
        assertThat(both.get("split").get("bytes_escalated").longValue()).isEqualTo(310_000);
        assertThat(both.size()).isEqualTo(alone.size() + 1);
    }

    private JsonNode written(Report report, Optional<Report> split) throws Exception {
        Path file = folder.resolve("report.json");
        ReportFile.write(file, report, split);
        return new ObjectMapper().readTree(file.toFile());
    }
}
