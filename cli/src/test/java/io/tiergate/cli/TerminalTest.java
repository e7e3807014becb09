package io.tiergate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private final StringWriter text = new StringWriter();

    @Test
    void aLongProgressLineIsCutOffRatherThanWrapped() {
        Terminal terminal = new Terminal(new PrintWriter(text), true);
        terminal.progress("half");
        terminal.say("done");
        assertThat(text.toString().replace("\u001b", "<ESC>"))
                .isEqualToNormalizingNewlines("\r<ESC>[K<ESC>[?7lhalf<ESC>[?7h\r<ESC>[Kdone\n");
    }

    @Test
    void withoutATerminalProgressComesSeldomAndPlain() {
        Terminal terminal = new Terminal(new PrintWriter(text), false);
        terminal.progress("half");
        terminal.progress("nearly");
        assertThat(text.toString()).isEqualToNormalizingNewlines("half\n");
    }
}
