package io.tiergate.parts;

import java.util.Locale;

/**
 * The conditions under which a run of parts is made and photographed. The models are trained on {@link #NORMAL}; the others
 * drift away from it, each in one respect.
 *
 * @param name as {@link #parse} reads it
 * @param lampWear how far the lamp has aged, 0 (new) to 1: darker, flatter, and bright on one side only
 * @param lensDust how dusty the lens is, 0 (clean) to 1: specks that stay in place from part to part, and a haze
 * @param newSupplier share of the parts whose blanks come from another supplier, 0 to 1: a dull, blasted face or coarser milling
 */
public record Lot(String name, double lampWear, double lensDust, double newSupplier) {
    /** New lamp, clean lens, the usual supplier. */
    public static final Lot NORMAL = new Lot("normal", 0, 0, 0);

    private static final String LAMP = "lamp";
    private static final String DUST = "dust";
    private static final String SUPPLIER = "supplier";

    public Lot {
        requireShare("lampWear", lampWear);
        requireShare("lensDust", lensDust);
        requireShare("newSupplier", newSupplier);
    }

    /** @param wear 0 to 1 */
    public static Lot lampAgeing(double wear) {
        return new Lot(LAMP + ":" + wear, wear, 0, 0);
    }

    /** @param dust 0 to 1 */
    public static Lot dustOnLens(double dust) {
        return new Lot(DUST + ":" + dust, 0, dust, 0);
    }

    /** @param share of the parts, 0 to 1 */
    public static Lot newSupplier(double share) {
        return new Lot(SUPPLIER + ":" + share, 0, 0, share);
    }

    /**
     * Reads a lot as people write it: {@code normal}, or {@code lamp}, {@code dust} or {@code supplier}, each with a strength
     * from 0 to 1 behind a colon; without one the strength is 1.
     *
     * @throws IllegalArgumentException in one sentence that says what would have been right
     */
    public static Lot parse(String text) {
        int colon = text.indexOf(':');
        String kind = (colon < 0 ? text : text.substring(0, colon)).toLowerCase(Locale.ROOT);
        double strength = colon < 0 ? 1 : strength(text, text.substring(colon + 1));
        return switch (kind) {
            case LAMP -> lampAgeing(strength);
            case DUST -> dustOnLens(strength);
            case SUPPLIER -> newSupplier(strength);
            case "normal" -> {
                if (colon >= 0) {
                    throw unreadable(text);
                }
                yield NORMAL;
            }
            default -> throw unreadable(text);
        };
    }

    private static double strength(String text, String digits) {
        try {
            return Double.parseDouble(digits);
        } catch (NumberFormatException e) {
            throw unreadable(text);
        }
    }

    private static IllegalArgumentException unreadable(String text) {
        return new IllegalArgumentException(
                "lot: %s (expected: normal, or lamp, dust or supplier with a strength from 0 to 1, such as lamp:0.5)"
                        .formatted(text));
    }

    private static void requireShare(String what, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: 0.0 to 1.0)");
        }
    }
}
