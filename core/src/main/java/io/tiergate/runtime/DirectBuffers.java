package io.tiergate.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Direct buffers that wait to be used again, by their size. Java frees a direct buffer only when it collects garbage, so a process that
 * exchanges its models often would grow; a model's successor mostly needs buffers of the same sizes. Safe on every thread.
 */
final class DirectBuffers {
    /** More than this is left to the garbage collector. */
    private static final long MOST_IDLE_BYTES = 32L << 20;

    private static final ConcurrentMap<Integer, Deque<ByteBuffer>> IDLE = new ConcurrentHashMap<>();
    private static final AtomicLong IDLE_BYTES = new AtomicLong();

    private DirectBuffers() {}

    /** Takes a buffer, whose contents are whatever was in it, in the processor's byte order. */
    static ByteBuffer take(int bytes) {
        Deque<ByteBuffer> idle = IDLE.get(bytes);
        ByteBuffer buffer = idle == null ? null : idle.poll();
        if (buffer == null) {
            return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        }
        IDLE_BYTES.addAndGet(-bytes);
        return buffer;
    }

    /** Leaves a buffer to whoever takes one of its size next. Nothing may refer to its memory any more. */
    static void leave(ByteBuffer buffer) {
        if (IDLE_BYTES.addAndGet(buffer.capacity()) > MOST_IDLE_BYTES) {
            IDLE_BYTES.addAndGet(-buffer.capacity());
            return;
        }
        IDLE.computeIfAbsent(buffer.capacity(), size -> new ConcurrentLinkedDeque<>())
                .push(buffer);
    }
}
