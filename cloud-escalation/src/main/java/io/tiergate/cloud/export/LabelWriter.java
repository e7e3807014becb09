package io.tiergate.cloud.export;

import java.io.Closeable;
import java.io.IOException;

/** Writes labels to a stream, each when it comes. Closing ends the file and closes the stream; without it the file is not whole. */
public interface LabelWriter extends Closeable {
    void write(LabelRow row) throws IOException;
}
