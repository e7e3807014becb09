package io.tiergate.cli.letters;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which dead letters are meant; everything that is given must hold.
 *
 * @param places empty: all
 * @param reason a kind of reason, or a part of the sentence in whichever case
 * @param since the first time, included
 * @param until the first time that is too late
 * @param waiting whether only those that were not put back
 */
public record LetterQuery(
        Set<Place> places, Optional<String> reason, Optional<Instant> since, Optional<Instant> until, boolean waiting) {
    public LetterQuery {
        places = Set.copyOf(places);
    }

    /** Just this letter. */
    public static LetterQuery of(Place place) {
        return new LetterQuery(Set.of(place), Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    boolean matches(DeadLetter letter, boolean replayed) {
        return (places.isEmpty() || places.contains(letter.place()))
                && reason.stream().allMatch(wanted -> hasReason(letter, wanted))
                && since.stream().noneMatch(from -> letter.time().isBefore(from))
                && until.stream().allMatch(to -> letter.time().isBefore(to))
                && !(waiting && replayed);
    }

    private static boolean hasReason(DeadLetter letter, String wanted) {
        return letter.reasonCode().equals(wanted)
                || letter.reason().toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT));
    }
}
