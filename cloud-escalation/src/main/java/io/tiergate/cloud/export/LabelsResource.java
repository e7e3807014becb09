package io.tiergate.cloud.export;

import io.tiergate.cloud.console.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** Labels as a file. Each export takes a worker thread for as long as it lasts, so that only a few run at once. */
@Path("/api/labels")
@ApplicationScoped
public class LabelsResource {
    private static final int AT_ONCE = 2;

    private final LabelSource source;
    private final Semaphore room = new Semaphore(AT_ONCE);

    @Inject
    LabelsResource(LabelSource source) {
        this.source = source;
    }

    /**
     * Every label that counts, with where it comes from; for Label Studio every sample, those that nobody has decided among them.
     *
     * @param word {@code csv}, {@code parquet} or {@code label-studio}
     */
    @GET
    @RolesAllowed(Role.VIEWER)
    public Response export(@QueryParam("format") String word) {
        return ExportFormat.of(word)
                .map(this::file)
                .orElseGet(() -> problem(
                        400,
                        "Unknown format",
                        "format: %s (expected: %s)"
                                .formatted(
                                        word,
                                        Arrays.stream(ExportFormat.values())
                                                .map(ExportFormat::word)
                                                .collect(Collectors.joining(", ")))));
    }

    private Response file(ExportFormat format) {
        if (!room.tryAcquire()) {
            return problem(503, "Too many exports", AT_ONCE + " exports are running. Try again when one has ended.");
        }
        StreamingOutput content = out -> {
            try {
                write(format, out);
            } finally {
                room.release();
            }
        };
        return Response.ok(content, format.mediaType())
                .header("Content-Disposition", "attachment; filename=\"" + format.fileName() + "\"")
                .build();
    }

    private void write(ExportFormat format, OutputStream out) throws IOException {
        // Closed only after the last row: a file that broke off must not look whole.
        LabelWriter writer = format.writer(out);
        try {
            source.read(row -> {
                if (format == ExportFormat.LABEL_STUDIO || row.label().isPresent()) {
                    writer.write(row);
                }
            });
        } catch (SQLException e) {
            throw new IOException("the database does not answer: " + e.getMessage(), e);
        }
        writer.close();
    }

    private static Response problem(int status, String title, String detail) {
        return Response.status(status)
                .type("application/problem+json")
                .entity(Map.of("title", title, "status", status, "detail", detail))
                .build();
    }
}
