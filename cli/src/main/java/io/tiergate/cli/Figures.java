package io.tiergate.cli;

import java.util.Locale;

/** Numbers as people read them, the same in every country. */
public final class Figures {
    private static final double BYTES_PER_MEGABYTE = 1e6;
    private static final double BYTES_PER_KILOBYTE = 1e3;
    private static final double MILLIS_WITHOUT_FRACTION = 10;

    private Figures() {}

    /** {@code 28.5 %}; 0 where there is no whole. */
    public static String percent(long part, long whole) {
        return percent(whole == 0 ? 0 : (double) part / whole);
    }

    /** @param share 0 to 1 */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** {@code 2.28 %}, {@code 3 %}: as many of two digits as it takes; no number: {@code -}. */
    public static String finePercent(double share) {
        return Double.isFinite(share)
                ? String.format(Locale.ROOT, "%.2f", 100 * share).replaceFirst("\\.?0+$", "") + " %"
                : "-";
    }

    /** {@code 0.6 ms}, {@code 46 ms}. */
    public static String milliseconds(double milliseconds) {
        return String.format(
                Locale.ROOT, milliseconds < MILLIS_WITHOUT_FRACTION ? "%.1f ms" : "%,.0f ms", milliseconds);
    }

    /**
     * Two sizes in one unit, which suits the larger: {@code 3.1 of 10.5 MB}.
     *
     * @param between what stands between them, such as {@code of}
     */
    public static String bytes(long firstBytes, String between, long secondBytes) {
        boolean large = Math.max(firstBytes, secondBytes) >= BYTES_PER_MEGABYTE;
        double unitBytes = large ? BYTES_PER_MEGABYTE : BYTES_PER_KILOBYTE;
        return String.format(
                Locale.ROOT,
                "%,.1f %s %,.1f %s",
                firstBytes / unitBytes,
                between,
                secondBytes / unitBytes,
                large ? "MB" : "kB");
    }
}
