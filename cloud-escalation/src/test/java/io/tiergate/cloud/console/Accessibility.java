package io.tiergate.cloud.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** What axe-core, the checker of the Web Content Accessibility Guidelines, finds wrong on a page. */
final class Accessibility {
    private static final String RULES = """
            async () => (await axe.run(document, {
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
            })).violations.map(found => found.impact + ' ' + found.id + ': '
              + found.nodes.map(node => node.target.join(' ')).join(', '))""";

    private Accessibility() {}

    /** One line a fault: how grave it is, the rule, where. */
    @SuppressWarnings("unchecked") // The script returns an array of texts.
    static List<String> faults(Page page) throws IOException {
        page.evaluate(script());
        return (List<String>) page.evaluate(RULES);
    }

    private static String script() throws IOException {
        try (InputStream file = Accessibility.class.getResourceAsStream("/axe.min.js")) {
            return new String(file.readAllBytes(), UTF_8);
        }
    }
}
