package io.tiergate.cloud.review;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The queue of samples that wait for a person. */
@ConfigMapping(prefix = "tiergate.review")
public interface ReviewConfig {
    /** How often the waiting samples are counted for {@code tiergate_review_pending}. Above zero; a bare number means seconds. */
    @WithDefault("5s")
    Duration countEvery();

    /**
     * How many people label a sample that is parked from now on. 1 to 99; above 1 more than half of them must agree, else an
     * operator decides.
     */
    @WithDefault("1")
    int opinions();

    /**
     * How long a sample that was given to somebody is given to nobody else. Above zero, at most a day; shorter brings what was left
     * lying to others sooner, longer leaves more time to think.
     */
    @WithDefault("5m")
    Duration lease();

    /**
     * How long a person's verdict waits before it is published, so that an undo leaves no trace outside. Zero to an hour; after it an
     * undo is followed by a revision.
     */
    @WithDefault("5s")
    Duration undoWindow();

    /**
     * How often verdicts are looked for that another replica or an earlier run of this one left behind; this one's own are published
     * at once when they are due. Above zero.
     */
    @WithDefault("2s")
    Duration publishEvery();

    /** How long the payload of a decided sample is kept. Above zero; it bounds the database's size. */
    @WithDefault("7d")
    Duration retention();
}
