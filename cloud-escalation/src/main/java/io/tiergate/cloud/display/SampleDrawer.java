package io.tiergate.cloud.display;

import io.tiergate.model.Display;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Tensor;
import java.util.List;
import java.util.Optional;

/** Draws samples that are there. Whatever a tensor holds, drawing it never fails: it is then shown as numbers. */
final class SampleDrawer {
    private static final int MOST_NUMBERS = 256;

    private SampleDrawer() {}

    /**
     * @param tensors of the sample
     * @param display empty: it is guessed
     */
    static SampleView draw(List<Tensor> tensors, Optional<Display> display) {
        if (tensors.isEmpty()) {
            return SampleView.Numbers.without("the sample came without its values: its edge sends scores only");
        }
        Tensor shown = shown(tensors, display);
        List<String> guesses = display.isPresent()
                ? List.of()
                : List.of("How to show it is guessed: no model.yaml has a display section for it.");
        try {
            return draw(shown, display.isPresent() ? display.get().form() : Guess.form(shown), guesses);
        } catch (UndrawableException e) {
            return new SampleView.Numbers(
                    e.getMessage(),
                    shown.type().name(),
                    ElementText.of(shown.shape()),
                    ElementText.first(shown, MOST_NUMBERS),
                    ElementText.count(shown),
                    guesses);
        }
    }

    private static Tensor shown(List<Tensor> tensors, Optional<Display> display) {
        return display.flatMap(Display::input)
                .flatMap(name -> tensors.stream()
                        .filter(tensor -> tensor.name().equals(name))
                        .findFirst())
                .orElse(tensors.getFirst());
    }

    private static SampleView draw(Tensor tensor, Display.Form form, List<String> guesses) throws UndrawableException {
        if (ElementText.count(tensor) == 0) {
            throw new UndrawableException("its tensor is empty");
        }
        if (!(form instanceof Display.Table) && tensor.type() == DataType.BYTES) {
            throw new UndrawableException("it holds texts, which are neither picture nor series");
        }
        return switch (form) {
            case Display.Image image -> PictureDrawer.draw(tensor, image, guesses);
            case Display.Series series -> PlotDrawer.draw(tensor, series, guesses);
            case Display.Table table -> TableDrawer.draw(tensor, table, guesses);
        };
    }
}
