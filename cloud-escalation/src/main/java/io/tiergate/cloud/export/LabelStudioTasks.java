package io.tiergate.cloud.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tiergate.cloud.export.LabelRow.Opinion;
import io.tiergate.cloud.export.LabelRow.PersonsLabel;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Tasks of Label Studio, as its import takes them: what models said as predictions, what people said as annotations. The labelling
 * configuration needs {@code <Choices name="label" toName="sample">}.
 */
final class LabelStudioTasks implements LabelWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator json;

    LabelStudioTasks(OutputStream out) throws IOException {
        json = JSON.createGenerator(out);
        json.writeStartArray();
    }

    @Override
    public void write(LabelRow row) throws IOException {
        json.writeStartObject();
        data(row);
        json.writeArrayFieldStart("predictions");
        for (Opinion opinion : row.opinions()) {
            prediction(opinion);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("annotations");
        for (PersonsLabel person : row.people()) {
            annotation(person);
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private void data(LabelRow row) throws IOException {
        json.writeObjectFieldStart("data");
        for (Columns.Column column : Columns.ALL) {
            Object value = column.value().apply(row);
            switch (value) {
                case null -> {}
                case Long number -> json.writeNumberField(column.name(), number);
                case Double number -> json.writeNumberField(column.name(), number);
                default -> json.writeStringField(column.name(), value.toString());
            }
        }
        json.writeEndObject();
    }

    private void prediction(Opinion opinion) throws IOException {
        json.writeStartObject();
        json.writeStringField("model_version", opinion.who());
        if (opinion.probability().isPresent()) {
            json.writeNumberField("score", opinion.probability().getAsDouble());
        }
        result(opinion.label(), null);
        json.writeEndObject();
    }

    /** The reviewer stands in the result: an import refuses {@code completed_by} with anybody who has no account there. */
    private void annotation(PersonsLabel person) throws IOException {
        json.writeStartObject();
        json.writeStringField("created_at", person.at().toString());
        json.writeNumberField("lead_time", person.seconds());
        result(person.label(), person.reviewer());
        json.writeEndObject();
    }

    private void result(String label, String reviewer) throws IOException {
        json.writeArrayFieldStart("result");
        json.writeStartObject();
        json.writeStringField("from_name", "label");
        json.writeStringField("to_name", "sample");
        json.writeStringField("type", "choices");
        json.writeObjectFieldStart("value");
        json.writeArrayFieldStart("choices");
        json.writeString(label);
        json.writeEndArray();
        json.writeEndObject();
        if (reviewer != null) {
            json.writeObjectFieldStart("meta");
            json.writeArrayFieldStart("text");
            json.writeString(reviewer);
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndArray();
    }

    @Override
    public void close() throws IOException {
        json.writeEndArray();
        json.close();
    }
}
