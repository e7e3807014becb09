package io.tiergate.cloud.review;

/** Texts from records as PostgreSQL can hold them. */
public final class SearchText {
    /** In characters. Four indexed texts of this length, of four bytes each, are still less than a page of an index takes. */
    private static final int LONGEST_INDEXED = 150;

    private SearchText() {}

    /** The text, with another character in place of each NUL, which PostgreSQL refuses. */
    public static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    /** The same, cut to what an index takes. */
    public static String indexable(String text) {
        String storable = storable(text);
        return storable.codePointCount(0, storable.length()) <= LONGEST_INDEXED
                ? storable
                : storable.substring(0, storable.offsetByCodePoints(0, LONGEST_INDEXED));
    }
}
