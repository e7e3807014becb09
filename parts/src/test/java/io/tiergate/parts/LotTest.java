package io.tiergate.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LotTest {
    @Property
    void aLotIsReadAsItIsNamed(@ForAll @DoubleRange(min = 0, max = 1) double strength) {
        for (Lot lot :
                new Lot[] {Lot.NORMAL, Lot.lampAgeing(strength), Lot.dustOnLens(strength), Lot.newSupplier(strength)}) {
            assertThat(Lot.parse(lot.name())).isEqualTo(lot);
        }
    }

    @Test
    void withoutAStrengthItIsAtItsWorst() {
        assertThat(Lot.parse("lamp")).isEqualTo(Lot.lampAgeing(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rain", "normal:1", "dust:", "dust:much", "lamp:0.5:1"})
    void whatIsNoLotIsRefusedWithWhatWouldBe(String text) {
        assertThatThrownBy(() -> Lot.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "lot: " + text
                                + " (expected: normal, or lamp, dust or supplier with a strength from 0 to 1, such as lamp:0.5)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lamp:-0.1", "dust:1.1", "supplier:NaN"})
    void strengthsBeyondTheirRangeAreRefused(String text) {
        assertThatThrownBy(() -> Lot.parse(text)).hasMessageEndingWith("(expected: 0.0 to 1.0)");
    }
}
