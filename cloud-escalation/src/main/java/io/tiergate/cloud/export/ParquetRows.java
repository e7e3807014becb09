package io.tiergate.cloud.export;

import io.tiergate.cloud.export.Columns.Column;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/** How a row of labels becomes a row of Parquet. */
final class ParquetRows extends WriteSupport<LabelRow> {
    private static final MessageType SCHEMA =
            new MessageType("label", Columns.ALL.stream().map(ParquetRows::type).toList());

    private RecordConsumer out;

    @Override
    public WriteContext init(ParquetConfiguration configuration) {
        return new WriteContext(SCHEMA, Map.of());
    }

    // Never called, yet abstract.
    @SuppressWarnings("deprecation")
    @Override
    public WriteContext init(Configuration hadoop) {
        return new WriteContext(SCHEMA, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer consumer) {
        out = consumer;
    }

    @Override
    public void write(LabelRow row) {
        out.startMessage();
        List<Column> columns = Columns.ALL;
        for (int i = 0; i < columns.size(); i++) {
            Object value = columns.get(i).value().apply(row);
            if (value != null) {
                out.startField(columns.get(i).name(), i);
                add(value);
                out.endField(columns.get(i).name(), i);
            }
        }
        out.endMessage();
    }

    private void add(Object value) {
        switch (value) {
            case String text -> out.addBinary(Binary.fromString(text));
            case Long number -> out.addLong(number);
            case Double number -> out.addDouble(number);
            case Instant time -> out.addLong(ChronoUnit.MICROS.between(Instant.EPOCH, time));
            default -> throw new IllegalArgumentException("no column holds a " + value.getClass());
        }
    }

    private static Type type(Column column) {
        return switch (column.type()) {
            case TEXT ->
                Types.optional(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.stringType())
                        .named(column.name());
            case WHOLE_NUMBER -> Types.optional(PrimitiveTypeName.INT64).named(column.name());
            case NUMBER -> Types.optional(PrimitiveTypeName.DOUBLE).named(column.name());
            case TIME ->
                Types.optional(PrimitiveTypeName.INT64)
                        .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
                        .named(column.name());
        };
    }
}
