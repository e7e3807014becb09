package io.tiergate.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The report as other programs read it. */
final class ReportFile {
    private ReportFile() {}

    /** @param split the same of the run that sent features; becomes the object {@code split} */
    static void write(Path file, Report report, Optional<Report> split) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = mapper.valueToTree(report);
        split.ifPresent(second -> json.set("split", mapper.valueToTree(second)));
        mapper.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json);
    }
}
