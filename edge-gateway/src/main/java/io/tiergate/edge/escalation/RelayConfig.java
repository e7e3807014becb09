package io.tiergate.edge.escalation;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/** How the outbox is drained. */
@ConfigMapping(prefix = "tiergate.relay")
public interface RelayConfig {
    /**
     * Bytes of records a second that are sent at most, counted before compression, so that the link carries less. Above 0; none: no limit. A
     * second's worth may go at once, and a record larger than that goes alone and is waited for afterwards.
     */
    Optional<MemorySize> maxBytesPerSecond();

    /**
     * The hours of the day in which records are sent, {@code HH:MM-HH:MM}, several separated by commas; such as end earlier than they begin
     * go on into the next day. None: always. At other times samples wait in the outbox, which must have room for them. Verdicts are
     * read at all times. The hours are the wall clock's, so a device whose clock was never set keeps the wrong ones.
     */
    Optional<String> schedule();

    /** Whose clocks {@link #schedule} is read from, such as {@code Europe/Berlin}; none: the device's. */
    Optional<String> timeZone();

    /**
     * Running time after which a sample that was sent and got no answer is asked about again. Above zero; a bare number means seconds. Each
     * further time it doubles, up to a day. Shorter finds lost answers earlier, and costs the link more while the cloud is slow.
     */
    @WithDefault("1h")
    Duration askAgainAfter();

    /** Whether {@link #timeZone} is one. */
    default boolean hasKnownTimeZone() {
        try {
            zone();
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** Whether {@link #schedule} can be read. */
    default boolean hasSoundSchedule() {
        try {
            schedule().ifPresent(hours -> RelaySchedule.parse(hours, ZoneOffset.UTC));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The zone of {@link #timeZone}. */
    default ZoneId zone() {
        return timeZone().map(ZoneId::of).orElseGet(ZoneId::systemDefault);
    }
}
