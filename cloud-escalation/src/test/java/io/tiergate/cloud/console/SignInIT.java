package io.tiergate.cloud.console;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cloud.testing.CloudProcess;
import io.tiergate.cloud.testing.Servers;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in, and what browsers are told; of services as they run, each with its own way to sign in. */
class SignInIT {
    private static final Path OWN = Path.of("target", "it", "sign-in");

    @TempDir
    static Path folder;

    private static HttpClient client;
    private static TokenIssuer issuer;
    private static Servers servers;
    private static CloudProcess local;
    private static CloudProcess oidc;

    @BeforeAll
    static void startAll() throws Exception {
        client = HttpClient.newHttpClient();
        issuer = new TokenIssuer();
        servers = Servers.start(folder, "tiny");
        local = servers.cloud(OWN, "local", Map.of());
        oidc = servers.cloud(
                OWN,
                "oidc",
                Map.of(
                        "tiergate.console.sign-in",
                        "oidc",
                        "quarkus.oidc.auth-server-url",
                        issuer.url(),
                        "quarkus.oidc.credentials.secret",
                        "a-secret-that-is-as-long-as-it-has-to-be",
                        "tiergate.instance",
                        "oidc"));
        local.awaitReady();
        oidc.awaitReady();
    }

    @AfterAll
    static void stopAll() throws Exception {
        for (AutoCloseable part : new AutoCloseable[] {oidc, local, servers, issuer}) {
            if (part != null) {
                part.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/review", "/flow", "/samples"})
    void everyPageIsServedToTheLocalUserAndLoadsNothingFromElsewhere(String page) throws Exception {
        HttpResponse<String> response = send(local, page);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .contains("<nav")
                .doesNotContain("http://", "https://", "<style", " style=", " onclick=");
        assertThat(response.headers().firstValue("Content-Security-Policy"))
                .contains(BrowserRules.CONTENT_SECURITY_POLICY);
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(local.log()).contains("The console lets in whoever asks from this machine");
    }

    @Test
    void theFirstPageIsTheReview() throws Exception {
        HttpResponse<String> response = send(local, "/");
        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(response.headers().firstValue("Location"))
                .hasValueSatisfying(to -> assertThat(to).endsWith("/review"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"console.css", "console.js", "htmx.js", "icon.svg"})
    void filesAreSentOnceAndThenOnlyAskedAfter(String file) throws Exception {
        HttpResponse<String> first = send(local, "/assets/" + file);
        assertThat(first.statusCode()).isEqualTo(200);
        String tag = first.headers().firstValue("ETag").orElseThrow();
        assertThat(send(local, "/assets/" + file, "If-None-Match", tag).statusCode())
                .isEqualTo(304);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/webjars/htmx.org/2.0.10/dist/htmx.js",
                "/assets/other",
                "/assets/..%2fapplication.properties",
                "/none"
            })
    void whatIsNotThereIsNotThereAndStillHasTheHeaders(String path) throws Exception {
        HttpResponse<String> response = send(local, path);
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("Content-Security-Policy")).isPresent();
    }

    @Test
    void aNameThatOnlyLeadsHereIsRefused() throws Exception {
        assertThat(statusLine("/review", "evil.example:" + local.httpPort())).contains(" 403 ");
        assertThat(statusLine("/review", "localhost.evil.example")).contains(" 403 ");
        assertThat(statusLine("/review", "LOCALHOST")).contains(" 200 ");
        assertThat(statusLine("/q/health/ready", "cloud.example")).contains(" 200 ");
    }

    @Test
    void aPageOfAnotherSiteChangesNothing() throws Exception {
        for (CloudProcess cloud : new CloudProcess[] {local, oidc}) {
            for (String[] header : new String[][] {
                {"Sec-Fetch-Site", "cross-site"},
                {"Sec-Fetch-Site", "same-site"},
                {"Origin", "https://evil.example"},
                {"Origin", "null"}
            }) {
                HttpResponse<String> response = client.send(
                        request(cloud, "/review")
                                .header(header[0], header[1])
                                .POST(BodyPublishers.ofString("a=b"))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(response.statusCode())
                        .as("%s: %s", header[0], header[1])
                        .isEqualTo(403);
                assertThat(response.body()).contains("a page of another site");
            }
        }
        HttpResponse<String> own = client.send(
                request(local, "/review")
                        .header("Sec-Fetch-Site", "same-origin")
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        assertThat(own.statusCode()).isEqualTo(405);
    }

    @Test
    void aBrowserIsSentToTheIdentityProvider() throws Exception {
        HttpResponse<String> response = send(oidc, "/review");
        assertThat(response.statusCode()).isEqualTo(302);
        assertThat(response.headers().firstValue("Location"))
                .hasValueSatisfying(to ->
                        assertThat(to).startsWith(issuer.url() + "/authorize?").contains("client_id=tiergate"));
        assertThat(response.headers().firstValue("Content-Security-Policy")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {Role.VIEWER, Role.REVIEWER, Role.OPERATOR})
    void aTokenWithAnyRoleOpensThePages(String role) throws Exception {
        HttpResponse<String> response = send(oidc, "/review", "Authorization", "Bearer " + issuer.token("ada", role));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("<span>ada</span>");
    }

    @Test
    void aTokenWithoutARoleOrOfAnotherIssuerOpensNothing() throws Exception {
        assertThat(send(oidc, "/review", "Authorization", "Bearer " + issuer.token("eve", "accountant"))
                        .statusCode())
                .isEqualTo(403);
        try (TokenIssuer other = new TokenIssuer()) {
            assertThat(send(oidc, "/review", "Authorization", "Bearer " + other.token("eve", Role.OPERATOR))
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void healthAndMetricsAskForNobodysName() throws Exception {
        assertThat(send(oidc, "/q/health/ready").statusCode()).isEqualTo(200);
        assertThat(send(oidc, "/q/metrics", "Authorization", "Bearer nonsense").statusCode())
                .isEqualTo(200);
    }

    @Test
    void refusesToLetEverybodyInOnEveryAddress() throws Exception {
        try (CloudProcess open = servers.cloud(OWN, "open", Map.of("quarkus.http.host", "0.0.0.0"))) {
            assertThat(open.endsWithin(Duration.ofSeconds(60))).isTrue();
            assertThat(open.exitCode()).isEqualTo(1);
            assertThat(open.log()).contains("tiergate.console.sign-in: local, where quarkus.http.host is 0.0.0.0");
        }
    }

    @Test
    void servesNoConsoleWhereItIsOff() throws Exception {
        try (CloudProcess off =
                servers.cloud(OWN, "off", Map.of("tiergate.console.sign-in", "off", "quarkus.http.host", "0.0.0.0"))) {
            off.awaitReady();
            assertThat(send(off, "/review").statusCode()).isEqualTo(404);
            assertThat(send(off, "/q/health/ready").statusCode()).isEqualTo(200);
        }
    }

    /** What is told to a request for a host of this name; the JDK's client lets nobody write it. */
    private static String statusLine(String path, String host) throws IOException {
        try (Socket socket = new Socket("localhost", local.httpPort())) {
            socket.setSoTimeout(30_000);
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    private static HttpResponse<String> send(CloudProcess cloud, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(cloud, path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(CloudProcess cloud, String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + cloud.httpPort() + path))
                .timeout(Duration.ofSeconds(30));
    }
}
