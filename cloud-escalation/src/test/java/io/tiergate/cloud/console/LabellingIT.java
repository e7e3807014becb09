package io.tiergate.cloud.console;

import static io.tiergate.cloud.testing.Samples.sample;
import static io.tiergate.cloud.testing.Topics.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.tiergate.cloud.testing.CloudProcess;
import io.tiergate.cloud.testing.CloudStack;
import io.tiergate.cloud.testing.Input;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A person labels samples by keyboard, in a real browser, and what is said is published. */
@DisabledIf(
        value = "io.tiergate.cloud.console.ConsoleIT#browserIsMissing",
        disabledReason = "/usr/bin/chromium is not there: install Debian's package chromium")
class LabellingIT {
    private static final String TENANT = "labelling";
    private static final String HOSTILE = "<img src=x onerror=alert(1)>";

    @TempDir
    static Path folder;

    private static CloudStack stack;
    private static CloudProcess cloud;
    private static Chromium chromium;

    @BeforeAll
    static void startAll() throws Exception {
        chromium = new Chromium();
        stack = CloudStack.start("labelling", TENANT, folder);
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

    @Test
    void aPersonLabelsByKeyboardAndFindsItInTheHistory() throws Exception {
        List<EscalatedSample> parked = park(6);
        try (Page one = open()) {
            assertThat(List.of(shown(one), held(one)))
                    .doesNotHaveDuplicates()
                    .isSubsetOf(parked.stream()
                            .map(EscalatedSample::getEscalationId)
                            .toList());
            PlaywrightAssertions.assertThat(one.locator("#desk")).containsText(HOSTILE);
            PlaywrightAssertions.assertThat(one.locator("#desk"))
                    .containsText("What the edge and each member gave each label");
            PlaywrightAssertions.assertThat(one.locator("#desk .drawing")).not().containsText("being drawn");
            Chromium.keep(one, "review-sample");
            assertThat(Accessibility.faults(one)).isEmpty();

            String first = shown(one);
            String second = held(one);
            one.keyboard().press("3");
            // The next one is there before the label has gone out.
            assertThat(shown(one)).isEqualTo(second);
            PlaywrightAssertions.assertThat(one.locator("#said")).hasText("Labelled c.");
            PlaywrightAssertions.assertThat(one.locator("#progress")).containsText("waiting5");
            assertThat(awaitHuman(parked, first).getLabel()).isEqualTo("c");

            one.keyboard().press("s");
            PlaywrightAssertions.assertThat(one.locator("#said")).hasText("Skipped.");
            one.keyboard().press("u");
            PlaywrightAssertions.assertThat(card(one)).hasAttribute("data-id", second);

            assertHistory(one, first);
        }
    }

    /** The list has it, and its page tells who labelled it. */
    private static void assertHistory(Page page, String id) throws Exception {
        page.navigate("http://localhost:" + cloud.httpPort() + "/samples?label=c");
        assertThat(Accessibility.faults(page)).isEmpty();
        Chromium.keep(page, "samples-found");
        assertThat(page.locator("tbody tr").count()).isEqualTo(1);
        page.locator("tbody a").click();
        PlaywrightAssertions.assertThat(page.locator("h1")).hasText("Sample " + id);
        PlaywrightAssertions.assertThat(page.locator("main")).containsText("local: labelled c");
        PlaywrightAssertions.assertThat(page.locator("main")).containsText(HOSTILE);
        assertThat(Accessibility.faults(page)).isEmpty();
        Chromium.keep(page, "sample-history");
        page.navigate("http://localhost:" + cloud.httpPort() + "/samples?site=nowhere");
        PlaywrightAssertions.assertThat(page.locator("main")).containsText("No other sample was found");
    }

    private static List<EscalatedSample> park(int count) {
        List<EscalatedSample> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(sample(TENANT, Input.UNSURE).setSite(HOSTILE).build());
        }
        stack.topics().escalateAll(samples);
        stack.topics().awaitAllRead();
        return samples;
    }

    private static Page open() {
        Page page = chromium.window(1280, 900);
        page.navigate("http://localhost:" + cloud.httpPort() + "/review");
        return page;
    }

    private static Locator card(Page page) {
        return page.locator("#desk article");
    }

    private static String shown(Page page) {
        return card(page).getAttribute("data-id");
    }

    private static String held(Page page) {
        PlaywrightAssertions.assertThat(page.locator("#next article")).hasAttribute("data-id", Pattern.compile(".+"));
        return page.locator("#next article").getAttribute("data-id");
    }

    private static Verdict.Final awaitHuman(List<EscalatedSample> samples, String id) {
        EscalatedSample sample = samples.stream()
                .filter(each -> each.getEscalationId().equals(id))
                .findFirst()
                .orElseThrow();
        return Awaitility.await("the person's verdict")
                .atMost(Duration.ofSeconds(30))
                .until(
                        () -> stack.topics().verdictsOn(sample).stream()
                                .map(record -> verdict(record).getFinal())
                                .filter(given -> given.getSource() == VerdictSource.VERDICT_SOURCE_HUMAN)
                                .findFirst(),
                        java.util.Optional::isPresent)
                .orElseThrow();
    }
}
