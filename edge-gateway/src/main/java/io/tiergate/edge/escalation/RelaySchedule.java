package io.tiergate.edge.escalation;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The hours of the day in which the relay sends.
 *
 * @param hours one or more
 * @param zone whose clocks they are read from
 */
record RelaySchedule(List<Hours> hours, ZoneId zone) {
    RelaySchedule {
        hours = List.copyOf(hours);
    }

    /**
     * From a time of day up to another, which may be the next day's.
     *
     * @param until another than {@code from}; 00:00 is the day's end
     */
    record Hours(LocalTime from, LocalTime until) {
        boolean contains(LocalTime time) {
            return from.isBefore(until)
                    ? !time.isBefore(from) && time.isBefore(until)
                    : !time.isBefore(from) || time.isBefore(until);
        }
    }

    /**
     * Reads {@code 22:00-06:00,12:00-13:00}.
     *
     * @throws IllegalArgumentException if that is none
     */
    static RelaySchedule parse(String text, ZoneId zone) {
        List<Hours> hours = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            hours.add(hours(part.strip()));
        }
        return new RelaySchedule(hours, zone);
    }

    private static Hours hours(String text) {
        int dash = text.indexOf('-');
        try {
            if (dash > 0) {
                LocalTime from = LocalTime.parse(text.substring(0, dash));
                LocalTime until =
                        text.endsWith("-24:00") ? LocalTime.MIDNIGHT : LocalTime.parse(text.substring(dash + 1));
                if (!from.equals(until)) {
                    return new Hours(from, until);
                }
            }
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("no hours of a day: '" + text + "'", e);
        }
        throw new IllegalArgumentException("no hours of a day: '" + text + "'");
    }

    /** How long from a moment on nothing is sent; zero if something is. */
    Duration untilOpen(Instant now) {
        ZonedDateTime here = now.atZone(zone);
        if (hours.stream().anyMatch(each -> each.contains(here.toLocalTime()))) {
            return Duration.ZERO;
        }
        return hours.stream()
                .map(each -> Duration.between(here, next(here, each.from())))
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** Of a time that a change of clocks leaves out, what comes in its place. */
    private static ZonedDateTime next(ZonedDateTime here, LocalTime time) {
        ZonedDateTime today = here.with(time);
        return today.isAfter(here)
                ? today
                : here.toLocalDate().plusDays(1).atTime(time).atZone(here.getZone());
    }
}
