package io.tiergate.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SessionSettingsTest {
    @Test
    void aSessionNeedsAThread() {
        assertThatThrownBy(() -> new SessionSettings(0, 1, false))
                .hasMessage("intraOpThreads: 0 (expected: 1 or more)");
        assertThatThrownBy(() -> new SessionSettings(1, 0, false))
                .hasMessage("interOpThreads: 0 (expected: 1 or more)");
    }
}
