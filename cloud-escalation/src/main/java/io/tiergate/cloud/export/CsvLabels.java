package io.tiergate.cloud.export;

import io.tiergate.cloud.export.Columns.Column;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * CSV as RFC 4180 has it: UTF-8, with a line of names, CRLF at the end of lines. A text with which a spreadsheet would begin a formula gets
 * an apostrophe before it, as OWASP advises ("CSV Injection").
 */
final class CsvLabels implements LabelWriter {
    private static final String FORMULAS = "=+-@\t\r\n";

    private final Writer out;

    CsvLabels(OutputStream out) throws IOException {
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        line(Columns.ALL.stream().map(Column::name).collect(Collectors.joining(",")));
    }

    @Override
    public void write(LabelRow row) throws IOException {
        line(Columns.ALL.stream().map(column -> cell(column.value().apply(row))).collect(Collectors.joining(",")));
    }

    private void line(String cells) throws IOException {
        out.write(cells);
        out.write("\r\n");
    }

    private static String cell(Object value) {
        return switch (value) {
            case null -> "";
            case String text -> quoted(inert(text));
            // A number's own minus begins no formula.
            default -> value.toString();
        };
    }

    private static String inert(String text) {
        return !text.isEmpty() && FORMULAS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String quoted(String text) {
        boolean plain = text.chars().noneMatch(character -> character == ',' || character == '"' || character < ' ');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
