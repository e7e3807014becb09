package io.tiergate.cloud.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrossSiteTest {
    private static final String HOST = "console.example:8443";

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void whatChangesNothingMayComeFromAnywhere(String method) {
        assertThat(CrossSite.allows(method, "cross-site", "https://evil.example", HOST))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "CONNECT", "post", "get", ""})
    void everyOtherMethodMustComeFromOurOwnPages(String method) {
        assertThat(CrossSite.allows(method, "cross-site", null, HOST)).isFalse();
        assertThat(CrossSite.allows(method, "same-origin", null, HOST)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"same-origin,true", "none,true", "same-site,false", "cross-site,false", "'',false", "SAME-ORIGIN,false"
    })
    void believesTheBrowserBeforeTheOrigin(String fetchSite, boolean allowed) {
        assertThat(CrossSite.allows("POST", fetchSite, "https://" + HOST, HOST)).isEqualTo(allowed);
        assertThat(CrossSite.allows("POST", fetchSite, "https://evil.example", HOST))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "https://console.example:8443,true",
        "http://console.example:8443,true",
        "https://CONSOLE.example:8443,true",
        "https://console.example,false",
        "https://evil.example:8443,false",
        "https://console.example:8443.evil.example,false",
        "null,false",
        "'',false",
        "'https://%',false",
    })
    void comparesTheOriginWithTheHostWhereABrowserSaysNoMore(String origin, boolean allowed) {
        assertThat(CrossSite.allows("POST", null, origin, HOST)).isEqualTo(allowed);
        assertThat(CrossSite.allows("POST", null, origin, null)).isFalse();
    }

    @Test
    void letsProgramsThrough() {
        assertThat(CrossSite.allows("POST", null, null, HOST)).isTrue();
    }
}
