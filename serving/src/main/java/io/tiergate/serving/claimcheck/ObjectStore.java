package io.tiergate.serving.claimcheck;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/** Where objects lie, by name. Safe on every thread; blocks. */
interface ObjectStore extends AutoCloseable {
    /**
     * An object that is about to be read.
     *
     * @param sizeBytes as the store has it
     */
    record Stored(InputStream content, long sizeBytes) implements Closeable {
        @Override
        public void close() throws IOException {
            content.close();
        }
    }

    /**
     * Stores an object whole or not at all, in place of what has its name. Its age begins anew.
     *
     * @throws IOException if the store is away or refuses
     */
    void put(String key, byte[] content) throws IOException;

    /**
     * Opens an object. Where the store can, its age begins anew.
     *
     * @return empty if the store answers that there is none
     * @throws IOException if the store is away or refuses
     */
    Optional<Stored> open(String key) throws IOException;

    /**
     * Removes objects of a tenant that are older, unless the store does so itself.
     *
     * @return how many
     * @throws IOException if the store is away or refuses
     */
    long expire(String tenant, Duration age) throws IOException;

    /** For people. */
    @Override
    String toString();

    @Override
    void close();
}
