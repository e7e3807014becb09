package io.tiergate.cloud.console;

import static io.tiergate.cloud.testing.Samples.sample;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.tiergate.cloud.testing.CloudProcess;
import io.tiergate.cloud.testing.CloudStack;
import io.tiergate.cloud.testing.Input;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages, in a real browser, of a service as it runs. */
@DisabledIf(
        value = "browserIsMissing",
        disabledReason = "/usr/bin/chromium is not there: install Debian's package chromium")
class ConsoleIT {
    private static final String TENANT = "console";

    @TempDir
    static Path folder;

    private static CloudStack stack;
    private static CloudProcess cloud;
    private static Chromium chromium;

    private final List<String> complaints = new ArrayList<>();
    private Page page;

    @BeforeAll
    static void startAll() throws Exception {
        chromium = new Chromium();
        stack = CloudStack.start("console", TENANT, folder);
        cloud = stack.cloud();
    }

    @AfterAll
    static void stopAll() throws Exception {
        if (chromium != null) {
            chromium.close();
        }
        if (stack != null) {
            stack.close();
        }
    }

    /** A checks' machine has the browser: there it is missed, and not passed over. */
    static boolean browserIsMissing() {
        return Chromium.isMissing() && !"true".equals(System.getenv("CI"));
    }

    @BeforeEach
    void openWindow() {
        page = chromium.window(1280, 900);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onRequest(request -> {
            if (!request.url().startsWith(address())) {
                complaints.add("asks another host: " + request.url());
            }
        });
    }

    @AfterEach
    void theBrowserHadNothingToComplainOf() {
        page.context().close();
        assertThat(complaints).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "review,LIGHT,1280", "review,DARK,1280", "review,LIGHT,600",
        "flow,LIGHT,1280", "flow,DARK,1280", "flow,LIGHT,600",
        "samples,LIGHT,1280", "samples,DARK,1280", "samples,LIGHT,600",
    })
    void everyPageIsUsableByEverybody(String name, ColorScheme scheme, int width) throws Exception {
        page.setViewportSize(width, 900);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        open(name);
        Chromium.keep(page, name + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT) + "-" + width);
        assertThat(Accessibility.faults(page)).isEmpty();
        // Nothing is to be scrolled to sideways.
        assertThat(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
    }

    @Test
    void aFaultOfAccessibilityIsFound() throws Exception {
        open("review");
        page.evaluate(
                "() => document.querySelector('main').appendChild(document.createElement('img')).src = '/assets/icon.svg'");
        assertThat(Accessibility.faults(page))
                .anySatisfy(fault -> assertThat(fault).contains("image-alt"));
    }

    @Test
    void theKeyboardAloneReachesEveryPage() {
        open("review");
        press("Tab", "Enter");
        assertThat(page.url()).endsWith("#main");
        open("review");
        press("Tab", "Tab", "Tab", "Enter");
        page.waitForURL(address() + "/flow");
        press("Tab", "Tab", "Tab", "Tab", "Enter");
        page.waitForURL(address() + "/samples");
    }

    @ParameterizedTest
    @ValueSource(strings = {"review", "flow"})
    void theThemeThatWasChosenIsKept(String name) {
        open(name);
        page.locator("#theme").click();
        page.locator("#theme").click();
        PlaywrightAssertions.assertThat(page.locator("#theme")).hasText("Theme: dark");
        page.reload();
        PlaywrightAssertions.assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
        assertThat(page.evaluate("() => getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(20, 23, 28)");
    }

    @Test
    void theFlowMovesByItselfAndWhatRecordsSayIsInert() {
        open("flow");
        PlaywrightAssertions.assertThat(page.locator("#live-state")).hasText("Live");
        stack.topics()
                .escalateAll(List.of(
                        sample(TENANT, Input.SURE_A)
                                .setSite("<img src=x onerror=alert(1)>")
                                .build(),
                        sample(TENANT, Input.UNSURE).setSite("north").build()));
        PlaywrightAssertions.assertThat(page.locator("main"))
                .containsText(
                        "<img src=x onerror=alert(1)>", new LocatorAssertions.ContainsTextOptions().setTimeout(20_000));
        PlaywrightAssertions.assertThat(page.locator("main")).containsText("north");
        // The edge said b and the ensemble a.
        PlaywrightAssertions.assertThat(page.locator("td.other")).hasText("1");
        // An id that is no UUIDv7 tells no time.
        PlaywrightAssertions.assertThat(page.locator("#sites")).not().containsText(" ms");
        page.locator("#sites").focus();
        stack.topics()
                .escalate(sample(TENANT, Input.SURE_A)
                        .setEscalationId(timedId())
                        .setSite("south")
                        .build());
        PlaywrightAssertions.assertThat(page.locator("#sites"))
                .containsText("south", new LocatorAssertions.ContainsTextOptions().setTimeout(20_000));
        PlaywrightAssertions.assertThat(page.locator("#sites")).containsText(" ms");
        PlaywrightAssertions.assertThat(page.locator("#sites")).isFocused();
        Chromium.keep(page, "flow-live");
    }

    /** A UUIDv7 of now, as an edge makes them. */
    private static String timedId() {
        String digits = "%012x".formatted(System.currentTimeMillis());
        return digits.substring(0, 8) + "-" + digits.substring(8) + "-7000-8000-000000000001";
    }

    private void open(String name) {
        page.navigate(address() + "/" + name);
    }

    private void press(String... keys) {
        for (String key : keys) {
            page.keyboard().press(key);
        }
    }

    private static String address() {
        return "http://localhost:" + cloud.httpPort();
    }
}
