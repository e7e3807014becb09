package io.tiergate.cloud.display;

import static io.tiergate.cloud.display.Drawing.guess;
import static io.tiergate.cloud.display.Drawing.zeros;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tiergate.cloud.display.SampleView.Numbers;
import io.tiergate.cloud.display.SampleView.Picture;
import io.tiergate.cloud.display.SampleView.Plot;
import io.tiergate.cloud.display.SampleView.Table;
import io.tiergate.model.Display;
import io.tiergate.model.Display.Form;
import io.tiergate.model.Display.Image;
import io.tiergate.model.Display.ImageLayout;
import io.tiergate.model.Display.Series;
import io.tiergate.model.Display.SeriesLayout;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever may send samples must not be able to take the memory or the service of those who look at them. */
class HostileSamplesTest {
    /** A picture and its PNG at their largest, a few times over. */
    private static final long MOST_ALLOCATED = 40L << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1x1x5000x5000",
                "1x1x1x25000000",
                "1x1x25000000x1",
                "1x3x2900x2900",
                "1x25000000",
                "1x8000x3000",
                "25000000"
            })
    void drawingTakesMemoryForWhatIsDrawnNotForWhatIsSent(String sizes) {
        long[] shape =
                Arrays.stream(sizes.split("x")).mapToLong(Long::parseLong).toArray();
        Tensor tensor = zeros(DataType.UINT8, shape);

        assertThat(allocated(() -> requireBounded(guess(tensor)))).isLessThan(MOST_ALLOCATED);
    }

    @Test
    void millionsOfEmptyTextsTakeNoMemoryOfTheirOwn() {
        Tensor texts = Tensor.of("x", DataType.BYTES, Shape.of(5_000_000), ByteBuffer.allocate(20_000_000));

        assertThat(allocated(() -> requireBounded(guess(texts)))).isLessThan(MOST_ALLOCATED);
    }

    @Test
    void sizesThatMultiplyToNothingTakeNoMemory() {
        for (long[] shape : new long[][] {{0, Long.MAX_VALUE}, {1L << 40, 0, 3}, {1, 3, 0, Integer.MAX_VALUE}, {0}}) {
            requireBounded(guess(zeros(DataType.FP32, shape)));
        }
    }

    @Test
    void aShapeOfVeryManyDimensionsIsToldShortly() {
        long[] ones = new long[100_000];
        Arrays.fill(ones, 1);
        Numbers view = (Numbers) guess(zeros(DataType.FP32, ones));

        assertThat(view.shape()).isEqualTo("of 100000 dimensions");
        requireBounded(view);
    }

    @Test
    void whateverATensorHoldsItIsShownSomehow() {
        Random random = new Random(8);
        for (int i = 0; i < 3000; i++) {
            Tensor tensor = anyTensor(random);
            requireBounded(guess(tensor));
            for (Form form : anyForms(random)) {
                SampleView view = Drawing.draw(tensor, form);
                requireBounded(view);
                if (view instanceof Plot plot) {
                    assertThat(PlotSvg.of(plot))
                            .doesNotContain("NaN", "Infinity")
                            .hasSizeLessThan(400_000);
                }
            }
        }
    }

    private static Tensor anyTensor(Random random) {
        DataType[] types = DataType.values();
        DataType type = types[random.nextInt(types.length)];
        long[] sizes = random.ints(random.nextInt(5), 0, 6).asLongStream().toArray();
        Shape shape = Shape.of(sizes);
        int elements = Math.toIntExact(shape.elements("x"));
        if (type == DataType.BYTES) {
            List<byte[]> texts = new ArrayList<>();
            for (int i = 0; i < elements; i++) {
                byte[] text = new byte[random.nextInt(500)];
                random.nextBytes(text);
                texts.add(text);
            }
            return Tensor.ofStrings("x", shape, texts);
        }
        byte[] bits = new byte[elements * type.elementBytes()];
        random.nextBytes(bits);
        return Tensor.of("x", type, shape, ByteBuffer.wrap(bits));
    }

    private static List<Form> anyForms(Random random) {
        ImageLayout[] images = ImageLayout.values();
        SeriesLayout[] series = SeriesLayout.values();
        return List.of(
                new Image(Optional.of(images[random.nextInt(images.length)]), Optional.empty()),
                new Image(Optional.empty(), Optional.of(new Display.Range(-1e-300, 1e-300))),
                new Series(Optional.of(series[random.nextInt(series.length)]), Optional.empty()),
                new Series(Optional.empty(), Optional.of(new Display.Range(0, 1e-300))),
                new Display.Table(List.of()));
    }

    private static void requireBounded(SampleView view) {
        switch (view) {
            case Picture picture -> {
                assertThat(picture.width()).isBetween(1, PictureDrawer.LONGEST_SIDE);
                assertThat(picture.height()).isBetween(1, PictureDrawer.LONGEST_SIDE);
            }
            case Plot plot -> {
                assertThat(plot.lines()).hasSizeBetween(1, PlotDrawer.MOST_LINES);
                assertThat(plot.lines())
                        .allSatisfy(line -> assertThat(line.points()).hasSizeBetween(1, PlotDrawer.MOST_POINTS));
            }
            case Table table -> {
                assertThat(table.rows()).hasSizeBetween(1, TableDrawer.MOST_ROWS);
                assertThat(table.rows())
                        .allSatisfy(row -> assertThat(row.value()).hasSizeLessThan(250));
            }
            case Numbers numbers -> {
                assertThat(numbers.reason()).isNotBlank().hasSizeLessThan(600);
                assertThat(numbers.values()).hasSizeLessThanOrEqualTo(256);
                assertThat(numbers.values())
                        .allSatisfy(value -> assertThat(value).hasSizeLessThan(250));
            }
        }
    }

    private static long allocated(Runnable work) {
        work.run(); // loads classes and fonts
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
