package io.tiergate.parts.models;

import static io.tiergate.parts.models.TestDraw.ROUNDING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.ensemble.Ensemble;
import io.tiergate.ensemble.Opinion;
import io.tiergate.gate.GatePolicy;
import io.tiergate.gate.Reading;
import io.tiergate.image.ImageDecoder;
import io.tiergate.image.ImagePreprocessor;
import io.tiergate.model.EdgeManifest;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository;
import io.tiergate.parts.GreyImage;
import io.tiergate.parts.Part;
import io.tiergate.parts.PartClass;
import io.tiergate.runtime.OnnxSession;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the committed packages, with the code that serves them, on the test draw that their card speaks of. */
class CommittedModelsTest {
    private static final Path MODELS = Path.of("models");

    private static TestDraw draw;
    private static ModelCard card;
    private static Map<String, ModelPackage> packages;

    /** What a pair of packages did with the test draw. */
    private record Outcome(double edge, double ensemble, double tiered, double escalated, double parked) {}

    @BeforeAll
    static void readCardAndRepository() throws IOException {
        draw = TestDraw.generate();
        card = ModelCard.read(MODELS.resolve("README.md"));
        ModelRepository.Listing listing = ModelRepository.list(MODELS);
        assertThat(listing.refusals()).isEmpty();
        packages = new HashMap<>();
        listing.packages().forEach(each -> packages.put(each.name(), each));
    }

    @ParameterizedTest
    @ValueSource(strings = {"parts-edge", "parts-edge-int8", "parts-split-edge"})
    void aPairReachesTheFiguresOfItsCard(String edge) {
        Outcome outcome = play(edge);

        assertThat(outcome.edge()).isCloseTo(card.ofPair(edge, "accuracy of the edge model"), within(ROUNDING));
        assertThat(outcome.ensemble())
                .isCloseTo(card.ofPair(edge, "accuracy of the ensemble on everything"), within(ROUNDING));
        assertThat(outcome.tiered()).isCloseTo(card.ofPair(edge, "accuracy of both tiers together"), within(ROUNDING));
        assertThat(outcome.escalated()).isCloseTo(card.ofPair(edge, "escalated"), within(2 * ROUNDING));
        assertThat(outcome.parked()).isCloseTo(card.ofPair(edge, "of these left to a person"), within(4 * ROUNDING));
        assertThat(policyThreshold(edge)).isEqualTo(card.ofPair(edge, "threshold of the margin"));
    }

    /** Made-up rows never make a model's rounding, be it to whole numbers, look as if its rows depended on each other. */
    @Test
    void rowsOfEveryModelRunTogether() throws IOException {
        try (Stream<Path> files = Files.walk(MODELS)) {
            List<Path> models =
                    files.filter(file -> file.toString().endsWith(".onnx")).toList();
            assertThat(models).hasSizeGreaterThanOrEqualTo(packages.size());
            for (Path model : models) {
                try (OnnxSession session = OnnxSession.open(model, SessionSettings.SINGLE_THREADED)) {
                    session.warmUp();
                    assertThat(session.mostRowsTogether()).as(model.toString()).isEqualTo(64);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"parts-edge", "parts-edge-int8"})
    void theCardShowsWhatTheDemonstrationNeeds(String edge) {
        double alone = card.ofPair(edge, "accuracy of the edge model");

        assertThat(alone).isBetween(0.88, 0.92);
        assertThat(card.ofPair(edge, "accuracy of the ensemble on everything")).isGreaterThan(alone + 0.04);
        assertThat(card.ofPair(edge, "accuracy of both tiers together")).isGreaterThan(alone + 0.04);
        assertThat(card.ofPair(edge, "escalated")).isBetween(0.05, 0.30);
        assertThat(card.ofPair(edge, "of these left to a person")).isBetween(0.01, 0.10);
    }

    @Test
    void theEnsembleTellsEveryClassFromTheOthers() {
        int[] seen = new int[PartClass.values().length];
        int[] right = new int[PartClass.values().length];
        try (Ensemble ensemble = ensemble("parts-ensemble")) {
            for (List<Part> batch : draw.batches()) {
                List<Opinion> opinions =
                        ensemble.classify(List.of(TestDraw.images(batch))).opinions();
                for (int i = 0; i < batch.size(); i++) {
                    int label = batch.get(i).label().number();
                    seen[label]++;
                    right[label] += opinions.get(i).top() == label ? 1 : 0;
                }
            }
        }

        for (PartClass label : PartClass.values()) {
            assertThat(right[label.number()] / (double) seen[label.number()])
                    .as(label.word())
                    .isGreaterThan(0.8);
        }
    }

    @Test
    void theFilesAreAsSmallAsAnEdgeWantsThem() throws IOException {
        for (String edge : List.of("parts-edge", "parts-edge-int8", "parts-split-edge")) {
            assertThat(Files.size(packages.get(edge).modelFile())).as(edge).isLessThanOrEqualTo(200 * 1024);
        }
        assertThat(Files.size(packages.get("parts-edge-int8").modelFile()))
                .isLessThan(Files.size(packages.get("parts-edge").modelFile()) / 2);
        assertThat(Files.readString(packages.get("parts-edge-int8").modelFile(), StandardCharsets.ISO_8859_1))
                .contains("QuantizeLinear", "DequantizeLinear");
        assertThat(memberBytes("parts-ensemble")).isLessThanOrEqualTo(6L * 1024 * 1024);
        assertThat(memberBytes("parts-split-ensemble")).isLessThanOrEqualTo(6L * 1024 * 1024);
    }

    @Test
    void theEmbeddingIsFarSmallerThanThePicture() {
        try (EdgeModel model = edge("parts-split-edge")) {
            Tensor images = TestDraw.images(draw.parts().subList(0, 1));
            Tensor embedding =
                    model.session().run(List.of(images), List.of("embedding")).get(0);

            assertThat(embedding.sizeBytes()).isLessThanOrEqualTo(images.sizeBytes() / 16);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"parts-edge", "parts-edge-int8", "parts-split-edge"})
    void aPictureFileBecomesWhatTheModelWasTrainedOn(String name) throws IOException {
        try (EdgeModel model = edge(name)) {
            ImagePreprocessor pictures = ImagePreprocessor.of(
                    model.manifest().orElseThrow().preprocessing().orElseThrow(),
                    model.session().signature().inputs().get(0),
                    ImageDecoder.within(100_000_000));

            Tensor tensor = pictures.tensor(png(draw.parts().get(0).image()));

            Tensor expected = TestDraw.images(draw.parts().subList(0, 1));
            assertThat(tensor.shape()).isEqualTo(expected.shape());
            assertThat(tensor.data()).isEqualTo(expected.data());
        }
    }

    private static Outcome play(String name) {
        int edgeRight = 0;
        int ensembleRight = 0;
        int tieredRight = 0;
        int escalated = 0;
        int parked = 0;
        try (EdgeModel edge = edge(name)) {
            EdgeManifest manifest = edge.manifest().orElseThrow();
            String payload = manifest.escalation()
                    .orElseThrow()
                    .payload()
                    .requiredOutput()
                    .orElse("");
            try (Ensemble ensemble =
                    ensemble(manifest.escalation().orElseThrow().ensemble())) {
                for (List<Part> batch : draw.batches()) {
                    Tensor images = TestDraw.images(batch);
                    List<String> wanted = payload.isEmpty() ? List.of("logits") : List.of("logits", payload);
                    List<Tensor> outputs = edge.session().run(List.of(images), wanted);
                    List<Opinion> opinions = ensemble.classify(List.of(payload.isEmpty() ? images : outputs.get(1)))
                            .opinions();
                    for (int i = 0; i < batch.size(); i++) {
                        int label = batch.get(i).label().number();
                        Reading reading = Reading.of(outputs.get(0).rowOfDoubles(i, PartClass.values().length));
                        manifest.confidence().read(reading, PartClass.values().length);
                        boolean escalate = reading.score() < policyThreshold(name);
                        boolean park = escalate
                                && ensemble.manifest()
                                        .adjudication()
                                        .doubt(opinions.get(i))
                                        .isPresent();
                        int tiered = escalate && !park ? opinions.get(i).top() : reading.top();
                        edgeRight += reading.top() == label ? 1 : 0;
                        ensembleRight += opinions.get(i).top() == label ? 1 : 0;
                        tieredRight += tiered == label ? 1 : 0;
                        escalated += escalate ? 1 : 0;
                        parked += park ? 1 : 0;
                    }
                }
            }
        }
        double count = draw.parts().size();
        return new Outcome(
                edgeRight / count,
                ensembleRight / count,
                tieredRight / count,
                escalated / count,
                parked / (double) Math.max(1, escalated));
    }

    private static double policyThreshold(String edge) {
        EdgeManifest manifest = (EdgeManifest) packages.get(edge).manifest().orElseThrow();
        return ((GatePolicy.Fixed) manifest.gate().orElseThrow().policy()).threshold();
    }

    private static long memberBytes(String name) throws IOException {
        long bytes = 0;
        EnsembleManifest manifest =
                (EnsembleManifest) packages.get(name).manifest().orElseThrow();
        for (EnsembleManifest.Member member : manifest.members()) {
            bytes += Files.size(packages.get(name).directory().resolve(member.file()));
        }
        return bytes;
    }

    private static EdgeModel edge(String name) {
        return EdgeModel.open(packages.get(name), SessionSettings.SINGLE_THREADED);
    }

    private static Ensemble ensemble(String name) {
        ModelPackage modelPackage = packages.get(name);
        return Ensemble.open(
                modelPackage,
                (EnsembleManifest) modelPackage.manifest().orElseThrow(),
                SessionSettings.SINGLE_THREADED);
    }

    private static byte[] png(GreyImage picture) throws IOException {
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, picture.width(), picture.height(), picture.pixels());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return file.toByteArray();
    }
}
