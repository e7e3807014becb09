package io.tiergate.cloud.export;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;

/** Parquet, compressed by zstd, with texts as strings and times as UTC microseconds; every column may be null. */
final class ParquetLabels implements LabelWriter {
    /** What is kept in memory before it is written, at most. */
    private static final long ROW_GROUP_BYTES = 8 << 20;

    private static final int ROW_GROUP_ROWS = 10_000;

    private final ParquetWriter<LabelRow> writer;

    ParquetLabels(OutputStream out) throws IOException {
        this.writer = new Builder(new StreamFile(out))
                .withConf(new PlainParquetConfiguration())
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .withRowGroupRowCountLimit(ROW_GROUP_ROWS)
                .build();
    }

    @Override
    public void write(LabelRow row) throws IOException {
        writer.write(row);
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    private static final class Builder extends ParquetWriter.Builder<LabelRow, Builder> {
        Builder(OutputFile file) {
            super(file);
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<LabelRow> getWriteSupport(ParquetConfiguration configuration) {
            return new ParquetRows();
        }

        // Never called, yet abstract.
        @SuppressWarnings("deprecation")
        @Override
        protected WriteSupport<LabelRow> getWriteSupport(Configuration hadoop) {
            return new ParquetRows();
        }
    }
}
