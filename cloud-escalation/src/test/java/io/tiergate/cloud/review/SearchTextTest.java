package io.tiergate.cloud.review;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SearchTextTest {
    @Test
    void replacesOnlyWhatTheDatabaseRefuses() {
        assertThat(SearchText.storable("a\0b\u0001'")).isEqualTo("a\uFFFDb\u0001'");
    }

    @Test
    void cutsIndexedTextsBetweenCharacters() {
        assertThat(SearchText.indexable("x".repeat(150))).hasSize(150);
        assertThat(SearchText.indexable("x".repeat(149) + "\uD83D\uDE00!")).isEqualTo("x".repeat(149) + "\uD83D\uDE00");
    }
}
