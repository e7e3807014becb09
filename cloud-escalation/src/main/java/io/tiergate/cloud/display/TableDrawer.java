package io.tiergate.cloud.display;

import io.tiergate.cloud.display.SampleView.Row;
import io.tiergate.model.Display;
import io.tiergate.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Makes tables of at most so many rows. */
final class TableDrawer {
    static final int MOST_ROWS = 200;

    private TableDrawer() {}

    static SampleView.Table draw(Tensor tensor, Display.Table table, List<String> guesses) throws UndrawableException {
        List<String> notes = new ArrayList<>(guesses);
        long count = ElementText.count(tensor);
        List<String> names = table.features();
        if (!names.isEmpty() && names.size() != count) {
            throw new UndrawableException(
                    "it has %d values, and display.features names %d".formatted(count, names.size()));
        }
        List<String> values = ElementText.first(tensor, MOST_ROWS);
        List<Row> rows = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            rows.add(new Row(names.isEmpty() ? Integer.toString(i + 1) : names.get(i), values.get(i)));
        }
        if (count > MOST_ROWS) {
            notes.add("The first %d of %d values are shown.".formatted(MOST_ROWS, count));
        }
        return new SampleView.Table(rows, count, notes);
    }
}
