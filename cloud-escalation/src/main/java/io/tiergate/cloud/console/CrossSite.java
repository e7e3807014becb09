package io.tiergate.cloud.console;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/**
 * Tells requests that a page of another site made a browser send. Browsers say where a request comes from in headers that no page
 * can write: {@code Sec-Fetch-Site} (W3C Fetch Metadata) over TLS and on loopback, {@code Origin} (RFC 6454) with every unsafe
 * method. What has neither comes from no browser, and nobody can be tricked into sending it.
 */
final class CrossSite {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private CrossSite() {}

    /**
     * Whether a request may go on.
     *
     * @param method as sent
     * @param fetchSite the header {@code Sec-Fetch-Site}, or null
     * @param origin the header {@code Origin}, or null
     * @param authority the host, with its port unless it is the scheme's own, that the request was sent to; or null
     */
    static boolean allows(String method, String fetchSite, String origin, String authority) {
        if (SAFE.contains(method)) {
            return true;
        }
        if (fetchSite != null) {
            return OWN.contains(fetchSite);
        }
        return origin == null || authorityOf(origin).equals(lower(authority));
    }

    private static String authorityOf(String origin) {
        try {
            // "null", what a sandboxed page sends, has no authority and equals none.
            String authority = new URI(origin).getRawAuthority();
            return authority == null ? "opaque:" + origin : lower(authority);
        } catch (URISyntaxException e) {
            return "opaque:" + origin;
        }
    }

    private static String lower(String authority) {
        return authority == null ? "" : authority.toLowerCase(Locale.ROOT);
    }
}
