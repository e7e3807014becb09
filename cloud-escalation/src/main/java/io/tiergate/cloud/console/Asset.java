package io.tiergate.cloud.console;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A file that pages load, held in memory: there are few, and small. */
record Asset(String type, Buffer content, String digest) {
    /** Reads a file of the class path. */
    static Asset read(String path, String type) throws IOException {
        try (InputStream file = Asset.class.getResourceAsStream(path)) {
            if (file == null) {
                throw new IOException(path + ": not on the class path");
            }
            byte[] bytes = file.readAllBytes();
            return new Asset(type, Buffer.buffer(bytes), digestOf(bytes));
        }
    }

    private static String digestOf(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
