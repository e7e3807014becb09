package io.tiergate.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.tiergate.cli.Terminal;
import io.tiergate.cli.calibration.CalibrationOptions;
import io.tiergate.cli.calibration.LabeledImages;
import io.tiergate.cli.calibration.ModelCalibration;
import io.tiergate.cli.calibration.Tiers;
import io.tiergate.cli.data.ImageInput;
import io.tiergate.cli.gateway.LaunchedGateway;
import io.tiergate.cli.model.PackageAt;
import io.tiergate.gate.GateDecision;
import io.tiergate.gate.certificate.Search;
import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.GateStatus;
import io.tiergate.proto.v1.GetGateRequest;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import io.tiergate.proto.v1.TieredInferenceGrpc.TieredInferenceBlockingStub;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replay decides as a gateway does, bit for bit: the same images, seed and rules, once over gRPC and once here. */
@Timeout(300)
class ReplayOfServedIT {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final String MODEL = "fashion-edge";
    private static final String RULES = "policy: risk, target-risk: 0.03, confidence: 0.99, audit-rate: 0.05";
    private static final double TARGET = 0.03;
    private static final double CONFIDENCE = 0.99;
    private static final long SEED = 7;
    private static final int IMAGES = 2000;

    private static final Terminal QUIET = new Terminal(new PrintWriter(Writer.nullWriter()), false);

    /** What became of an image; doubles are equal if their bits are. */
    private record Seen(String decision, String reason, double score, double threshold, boolean sent) {}

    @TempDir
    Path folder;

    @Test
    void theSameImagesGetTheSameDecisionsReasonsScoresThresholdsAndAudits() throws Exception {
        assumeThat(FashionAnswers.DATA)
                .as("not tried: the shared Fashion-MNIST images and models are not beside the repository")
                .isDirectory();
        calibrate(copy());

        List<Seen> replayed = replayed();
        List<Seen> served = served();

        for (int image = 0; image < IMAGES; image++) {
            assertThat(served.get(image)).as("image %d", image).isEqualTo(replayed.get(image));
        }
        // Else there was little to compare.
        assertThat(served.stream().filter(seen -> seen.decision().equals("ACCEPTED") && seen.sent()))
                .hasSizeBetween(30, 200);
        assertThat(served).extracting(Seen::reason).contains("confident", "below-threshold");
        assertThat(served).extracting(Seen::reason).anyMatch(reason -> reason.startsWith("check:"));
    }

    private Path copy() throws IOException {
        Path from = FashionAnswers.DATA.resolve("models").resolve(MODEL);
        Path to = folder.resolve("models").resolve(MODEL);
        List<Path> files;
        try (Stream<Path> walked = Files.walk(from)) {
            files = walked.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path copy = to.resolve(from.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            // Not its permissions: the original may be read-only.
            Files.write(copy, Files.readAllBytes(file));
        }
        return to.resolve("1");
    }

    private static void calibrate(Path version) throws IOException {
        Path manifest = version.resolve("model.yaml");
        Files.writeString(
                manifest, Files.readString(manifest).replaceFirst("gate: .*", "gate: { %s }".formatted(RULES)));
        CalibrationOptions options = new CalibrationOptions(
                version,
                FashionAnswers.DATA,
                Optional.empty(),
                TARGET,
                CONFIDENCE,
                Search.BINARY,
                ReplayCertificate.TEMPERATURE,
                ReplayCertificate.checkShare(true).getAsDouble(),
                OptionalDouble.empty(),
                Duration.ofDays(1),
                Optional.empty(),
                false);
        new ModelCalibration(options, new PrintWriter(Writer.nullWriter()), QUIET).run();
    }

    private List<Seen> replayed() {
        ReplayOptions options = new ReplayOptions(
                folder.resolve("models").resolve(MODEL),
                Optional.empty(),
                FashionAnswers.DATA,
                Optional.of(FashionAnswers.DATA),
                OptionalInt.empty(),
                PolicyText.parse(RULES),
                OptionalDouble.of(TARGET),
                Optional.empty(),
                SEED,
                0,
                true,
                false,
                Optional.empty(),
                Optional.empty());
        try (Tiers tiers = Tiers.open(new PackageAt("--model", options.model()).edge(), options.ensemble(), QUIET)) {
            Replay.Replayed replayed = new Replay(options, new PrintWriter(Writer.nullWriter()), QUIET).replay(tiers);
            List<Seen> seen = new ArrayList<>();
            for (int image = 0; image < IMAGES; image++) {
                GateDecision decision = replayed.trace().decisions().get(image);
                Fate fate = replayed.trace().fates().get(image);
                seen.add(new Seen(
                        fate.isAccepted() ? "ACCEPTED" : fate.name(),
                        decision.reason(),
                        replayed.samples().apply(image).edge().score(),
                        decision.threshold(),
                        fate.isSent()));
            }
            return seen;
        }
    }

    private List<Seen> served() throws Exception {
        List<String> arguments = List.of(
                "--models",
                folder.resolve("models").toString(),
                "--kafka",
                "none",
                "--data-dir",
                folder.resolve("data").toString(),
                "-Dtiergate.gate.seed=" + SEED);
        try (LaunchedGateway gateway = LaunchedGateway.start(HOME, arguments, List.of(), folder.resolve("edge.log"))) {
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", gateway.grpcPort())
                    .usePlaintext()
                    .build();
            try {
                return served(TieredInferenceGrpc.newBlockingStub(channel).withWaitForReady());
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private List<Seen> served(TieredInferenceBlockingStub stub) {
        List<Seen> seen = new ArrayList<>();
        try (Tiers tiers = Tiers.open(
                new PackageAt("--model", folder.resolve("models").resolve(MODEL)).edge(), Optional.empty(), QUIET)) {
            LabeledImages images = LabeledImages.read(
                    FashionAnswers.DATA,
                    "test",
                    "DATA",
                    tiers.manifest().labels().size());
            ImageInput input = tiers.input(images.rows(), images.columns());
            for (int image = 0; image < IMAGES; image++) {
                SampleResult result = stub.withDeadlineAfter(60, TimeUnit.SECONDS)
                        .infer(request(input.tensor(List.of(images.image(image)))))
                        .getResults(0);
                seen.add(new Seen(
                        word(result.getDecision()),
                        result.getReason(),
                        result.getConfidence(),
                        result.getThreshold(),
                        !result.getEscalationId().isEmpty()));
            }
        }
        GateStatus gate = stub.withDeadlineAfter(60, TimeUnit.SECONDS)
                .getGate(GetGateRequest.newBuilder().setModelName(MODEL).build());
        assertThat(gate.getDecided()).as("nothing else was decided").isEqualTo(IMAGES);
        return seen;
    }

    private static String word(Decision decision) {
        return decision.name().substring("DECISION_".length());
    }

    private static InferRequest request(io.tiergate.runtime.Tensor image) {
        Tensor.Builder tensor = Tensor.newBuilder()
                .setName(image.name())
                .setDatatype(image.type().name())
                .setData(ByteString.copyFrom(image.data()));
        for (long size : image.shape().toArray()) {
            tensor.addShape(size);
        }
        return InferRequest.newBuilder().setModelName(MODEL).addInputs(tensor).build();
    }
}
