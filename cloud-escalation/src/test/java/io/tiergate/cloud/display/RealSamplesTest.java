package io.tiergate.cloud.display;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cloud.display.SampleView.Picture;
import io.tiergate.model.Displays;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real pictures, which their packages describe, come out of the PNG as they went in. */
class RealSamplesTest {
    private static final Path DATA = Path.of("../../shared/data");
    private static final int SAMPLES = 20;

    @ParameterizedTest
    @CsvSource({"fashion-mnist, fashion", "solar-ir, solar"})
    void aRealPictureIsDrawnByteByByte(String folder, String name) throws IOException {
        Path images = DATA.resolve(folder).resolve("calibration-images-idx3-ubyte.gz");
        Assumptions.assumeTrue(Files.exists(images), "no " + images + ": real pictures are not drawn");
        List<ModelPackage> packages =
                ModelRepository.list(DATA.resolve(folder).resolve("models")).packages();
        EnsembleManifest ensemble = packages.stream()
                .flatMap(candidate -> candidate.manifest().stream())
                .filter(EnsembleManifest.class::isInstance)
                .map(EnsembleManifest.class::cast)
                .findFirst()
                .orElseThrow();
        var display = Displays.of(ensemble, packages).of(name + "-edge", 1);
        assertThat(display).isPresent();

        try (var in = new DataInputStream(new GZIPInputStream(Files.newInputStream(images)))) {
            in.readInt();
            in.readInt();
            int rows = in.readInt();
            int columns = in.readInt();
            for (int i = 0; i < SAMPLES; i++) {
                byte[] bytes = in.readNBytes(rows * columns);
                SampleView view = SampleDrawer.draw(List.of(asSent(bytes, rows, columns)), display);

                assertThat(view).isInstanceOf(Picture.class);
                assertThat(view.notes()).isEmpty();
                assertThat(Drawing.decoded((Picture) view).getWidth()).isEqualTo(columns);
                assertThat(Drawing.pixels(view)).isEqualTo(unsigned(bytes));
            }
        }
    }

    private static Tensor asSent(byte[] bytes, int rows, int columns) {
        float[] values = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = Byte.toUnsignedInt(bytes[i]) / 255f;
        }
        return Tensor.ofFloats("images", Shape.of(1, 1, rows, columns), values);
    }

    private static List<Integer> unsigned(byte[] bytes) {
        return new AbstractList<>() {
            @Override
            public Integer get(int index) {
                return Byte.toUnsignedInt(bytes[index]);
            }

            @Override
            public int size() {
                return bytes.length;
            }
        };
    }
}
