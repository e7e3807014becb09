package io.tiergate.bench.load;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Requests as they go over the wire, serialised once. */
public final class SamplePool {
    private final List<byte[]> requests;

    private SamplePool(List<byte[]> requests) {
        this.requests = List.copyOf(requests);
    }

    /**
     * Reads a file of serialised {@code ModelInferRequest}s, each after its length as four bytes, highest first.
     *
     * @throws IOException if it cannot be read, or holds none
     */
    public static SamplePool read(Path file) throws IOException {
        List<byte[]> requests = new ArrayList<>();
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            while (in.available() > 0) {
                byte[] request = new byte[in.readInt()];
                in.readFully(request);
                requests.add(request);
            }
        }
        if (requests.isEmpty()) {
            throw new IOException("%s holds no request (expected: one or more)".formatted(file));
        }
        return new SamplePool(requests);
    }

    public int size() {
        return requests.size();
    }

    /** @param index from 0; past the last, the pool begins again. The bytes are the pool's own: read them only. */
    public byte[] request(long index) {
        return requests.get((int) (index % requests.size()));
    }
}
