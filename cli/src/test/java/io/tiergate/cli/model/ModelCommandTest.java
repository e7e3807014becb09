package io.tiergate.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cli.TestCommandLine;
import io.tiergate.gate.GateRules;
import io.tiergate.gate.Score;
import io.tiergate.image.ColorMode;
import io.tiergate.image.ImageDecoder;
import io.tiergate.image.ImagePreprocessor;
import io.tiergate.image.ImageSize;
import io.tiergate.model.EdgeManifest;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands as a person calls them, on real ONNX files. */
class ModelCommandTest {
    /** Made by {@code core/src/test/models/make_pack_models.py}, which says what is in them. */
    private static final Path FILES = Path.of("..", "core", "src", "test", "resources", "onnx");

    private static final Path BROKEN = Path.of("..", "core", "src", "test", "resources", "models", "broken");

    @TempDir
    private Path folder;

    private final TestCommandLine tiergate = new TestCommandLine();

    @ParameterizedTest
    @CsvSource({"inspect", "pack", "verify"})
    void everyCommandHasHelp(String command) {
        assertThat(run("model", command, "--help")).isZero();
        assertThat(tiergate.out()).contains("Usage: tiergate model " + command);
    }

    @Test
    void inspectSaysWhatItGuessedAndWhyAndHowToPack() {
        assertThat(run("model", "inspect", file("grey-nchw"))).isZero();

        assertThat(tiergate.out())
                .contains("images: FP32 [-1, 1, 3, 4] (-1: of any size)")
                .contains("logits: FP32 [-1, 3]")
                .contains("make_pack_models 1; file format 8, operators ai.onnx 13, 1 nodes")
                .contains("yes: the first size is free")
                .containsPattern("activation +softmax +8 random inputs gave numbers from .* that are no probabilities")
                .containsPattern("labels +3 ")
                .containsPattern("layout +NCHW +size 1 in second place is the number of channels")
                .contains("resized to 3 by 4")
                .contains("--name grey-nchw --out models --labels label1,label2,label3 --image grey");
        assertThat(tiergate.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "softmax | activation +none +the graph ends in Softmax",
                "softmax-cast | activation +none +the graph ends in Softmax",
                "one-logit | activation +sigmoid +a single number",
                "one-logit | labels +2 ",
                "rgb-nhwc | layout +NHWC +size 3 in last place",
                "rgb-nhwc | image +rgb ",
                "two-outputs | output +logits +by its name, of logits, features",
                "fixed-batch | batches +no: every call is one sample",
                "free-classes | labels +[?] ",
                "external | more weights in \\[external.onnx.data\\]",
                "sigmoid | It cannot be packed like this:\\n +the graph ends in Sigmoid",
                "two-inputs | input +a, b +a sample is all inputs together",
                "argmax | It cannot be packed like this:\\n +output 'label' is INT64",
                "false-batch | It cannot be packed like this:\\n +the model says that its first size is free"
            })
    void inspectTellsModelsApart(String file, String pattern) {
        assertThat(run("model", "inspect", file(file))).isZero();

        assertThat(tiergate.out()).containsPattern(pattern);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "half | activation +softmax +8 random inputs gave numbers from",
                "tree | output +probabilities +the only output that is a row of floating-point numbers",
                "tree | activation +none +8 random inputs gave numbers from 0 to 1",
                "tree | labels +3 ",
                "pieces | It cannot be packed like this:\\n +output 'pieces' is FP32 \\[\\]",
                "constant | It cannot be packed like this:\\n +the model has no inputs"
            })
    void inspectKnowsModelsOfEveryKind(String model, String pattern) {
        Path file = BROKEN.resolveSibling("kinds").resolve(model + "/1/model.onnx");

        assertThat(run("model", "inspect", file.toString())).isZero();

        assertThat(tiergate.out()).containsPattern(pattern);
    }

    @Test
    void whatIsNoModelIsOneSentence() {
        assertThat(run("model", "inspect", file("no-model"))).isEqualTo(1);
        assertThat(tiergate.err())
                .isEqualToIgnoringNewLines(
                        "tiergate model inspect: no-model.onnx cannot be loaded by ONNX Runtime: it is no ONNX file; export the model to ONNX first");
        assertThat(run("model", "inspect", folder.resolve("nowhere.onnx").toString()))
                .isEqualTo(1);
        assertThat(tiergate.err()).contains("nowhere.onnx is not a file (expected: an ONNX model)");
    }

    @Test
    void aPackedModelIsServedAsItWasAskedFor() throws Exception {
        assertThat(pack(
                        "grey-nchw",
                        "--labels",
                        "left,null,no: yes",
                        "--score",
                        "max-softmax",
                        "--threshold",
                        "0.9",
                        "--temperature",
                        "1.5",
                        "--audit-rate",
                        "0.25",
                        "--escalate-to",
                        "big",
                        "--image",
                        "grey",
                        "--mean",
                        "0.5",
                        "--std",
                        "0.25"))
                .as(tiergate.err())
                .isZero();

        ModelPackage made = ModelRepository.list(folder).packages().getFirst();
        assertThat(tiergate.out())
                .contains("Packed m/1 into ")
                .contains(made.digest())
                .doesNotContain("only a start");
        try (EdgeModel model = EdgeModel.open(made, SessionSettings.SINGLE_THREADED)) {
            EdgeManifest manifest = model.manifest().orElseThrow();
            assertThat(manifest.labels()).containsExactly("left", "null", "no: yes");
            assertThat(manifest.confidence().score().word()).isEqualTo("max-softmax");
            assertThat(manifest.confidence().temperature()).isEqualTo(1.5);
            assertThat(manifest.gate()).contains(GateRules.fixed(0.9, 0.25));
            assertThat(manifest.escalation().orElseThrow().ensemble()).isEqualTo("big");
            assertThat(manifest.preprocessing().orElseThrow().image()).isEqualTo(ColorMode.GREY);
            assertThat(manifest.preprocessing().orElseThrow().resize()).contains(new ImageSize(3, 4));

            ImagePreprocessor pictures = ImagePreprocessor.of(
                    manifest.preprocessing().orElseThrow(),
                    model.session().signature().inputs().getFirst(),
                    ImageDecoder.within(100_000_000));
            Tensor logits = model.session()
                    .run(List.of(pictures.tensor(whitePicture())), List.of("logits"))
                    .getFirst();
            // White is (1 - 0.5) / 0.25 = 2, and a row has 4 pixels.
            assertThat(logits.rowOfDoubles(0, 3)).containsExactly(8, 8, 8);
        }
        String text = Files.readString(folder.resolve("m/1/model.yaml"));
        assertThat(text).contains("# Takes FP32 [-1, 1, 3, 4]: the only input.").contains("range: [-2.0, 2.0]");
    }

    @Test
    void aModelThatMeasuresItsConfidenceItselfIsPackedByThat() throws Exception {
        String model = "../models/kinds/own-score/1/model";

        assertThat(pack(model, "--labels", "a,b,c", "--output", "logits", "--score", "output:sure", "--threshold", "7"))
                .as(tiergate.err())
                .isZero();

        EdgeManifest manifest = (EdgeManifest)
                ModelRepository.list(folder).packages().getFirst().manifest().orElseThrow();
        assertThat(manifest.confidence().score()).isEqualTo(new Score.Output("sure"));
        assertThat(pack(model, "--labels", "a,b,c", "--output", "logits", "--score", "output:x", "--threshold", "7"))
                .isEqualTo(1);
        assertThat(tiergate.err()).contains("not packed: model.yaml: output 'x' is not in the model");
    }

    @Test
    void aModelOfSeveralInputsIsPackedWithAllOfThem() throws Exception {
        assertThat(pack("two-inputs", "--labels", "a,b,c,d")).as(tiergate.err()).isZero();

        assertThat(Files.readString(folder.resolve("m/1/model.yaml")))
                .contains("input: [{ name: a }, { name: b }]\n")
                .contains("# Takes FP32 [-1, 4] and FP32 [-1, 4]: a sample is all inputs together.");
    }

    @Test
    void labelsOfAModelThatAnswersWithMapsAreInTheOrderOfTheKeys() {
        String tree = BROKEN.resolveSibling("kinds/tree/1/model.onnx").toString();
        String[] pack = {"model", "pack", tree, "--name", "m", "--out", folder.toString(), "--labels", "ok,dent,crack"};
        assertThat(run(pack)).isEqualTo(1);
        assertThat(tiergate.err())
                .contains(
                        "labels [ok, dent, crack] (expected: [crack, dent, ok], as the model's output itself names them, in that order)");

        pack[pack.length - 1] = "crack,dent,ok";
        assertThat(run(pack)).as(tiergate.err()).isZero();
    }

    @Test
    void everyVersionIsANewOneAndNoneIsChanged() throws Exception {
        assertThat(pack("softmax", "--labels", "a,b,c,d")).as(tiergate.err()).isZero();
        String before = ModelRepository.list(folder).packages().getFirst().digest();
        assertThat(pack("softmax", "--labels", "e,f,g,h")).isZero();
        assertThat(pack("softmax", "--labels", "i,j,k,l", "--version", "7")).isZero();
        assertThat(pack("softmax", "--labels", "i,j,k,l", "--version", "1")).isEqualTo(1);

        assertThat(tiergate.err()).contains("m/1 is there already, and versions never change; leave out --version");
        assertThat(ModelRepository.list(folder).packages())
                .extracting(ModelPackage::version)
                .containsExactly(7L, 2L, 1L);
        assertThat(ModelRepository.list(folder).packages().getLast().digest()).isEqualTo(before);
    }

    @Test
    void weightsInAFileOfTheirOwnComeAlong() throws Exception {
        assertThat(pack("external", "--labels", "a,b,c,d")).as(tiergate.err()).isZero();

        assertThat(folder.resolve("m/1/external.onnx.data")).hasSize(16);
    }

    @Test
    void labelsMayComeFromAFile() throws Exception {
        Path labels = Files.writeString(folder.resolve("labels.txt"), "one\n two \n\nthree\n");
        assertThat(pack("grey-nchw", "--labels-file", labels.toString()))
                .as(tiergate.err())
                .isZero();

        assertThat(ModelRepository.list(folder)
                        .packages()
                        .getFirst()
                        .manifest()
                        .orElseThrow()
                        .labels())
                .containsExactly("one", "two", "three");
        assertThat(tiergate.out()).contains("The threshold is only a start");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "grey-nchw | --labels a,b | 2 labels, but output 'logits' has 3 classes; give one label a class, in the output's order",
                "grey-nchw | --labels a,b,a | not packed: model.yaml: labels: [a, b, a] (expected: all different)",
                "grey-nchw | --labels a,b,c --input pixels | input 'pixels' is not in the model (it has: images)",
                "grey-nchw | --labels a,b,c --output answer | output 'answer' is not in the model (it has: logits)",
                "grey-nchw | --labels a,b,c --activation none | with --activation none not one of 8 answers to random inputs could be used, so the gate would never accept any; they are no probabilities: try --activation softmax",
                "grey-nchw | --labels a,b,c --image rgb | not packed: model.yaml: preprocess: input 'images' has shape [-1, 1, 3, 4], which takes no rgb picture of 3 by 4",
                "grey-nchw | --labels a,b,c --image grey --mean 1,2 | not packed: model.yaml: preprocess.mean: 2 numbers (expected: 1, one a channel of image: grey)",
                "bytes-nchw | --labels a,b,c --image grey --scale 2 | not packed: model.yaml: preprocess: input 'images' is UINT8",
                "softmax | --labels a,b,c,d --temperature 2 | not packed: model.yaml: confidence: energy and temperature need logits",
                "two-inputs | --labels a,b,c,d --input a | input 'a' is not the only one (the model has: a, b), and a sample is all of them; leave out --input",
                "two-inputs | --labels a,b,c,d --image grey | not packed: model.yaml: preprocess: the model has 2 inputs (expected: one, the picture)",
                "sigmoid | --labels a,b,c,d | the graph ends in Sigmoid, and the gate applies that itself",
                "argmax | --labels a,b | output 'label' is INT64 [-1] (expected: one floating-point number a class",
                "false-batch | --labels a,b,c,d | the model says that its first size is free, but two samples at once fail",
                "new-opset | --labels a,b | new-opset.onnx cannot be loaded by ONNX Runtime: it needs opset 99 of ai.onnx",
                "custom-operator | --labels a,b | custom-operator.onnx cannot be loaded by ONNX Runtime: it uses the custom operator com.example:Polish",
                "no-model | --labels a,b | no-model.onnx cannot be loaded by ONNX Runtime: it is no ONNX file",
            })
    void whatWouldNotBeServedIsNotPackedAndLeavesNothing(String file, String arguments, String sentence)
            throws Exception {
        assertThat(pack(file, arguments.split(" ", -1))).isEqualTo(1);

        assertThat(tiergate.err())
                .startsWith("tiergate model pack: " + sentence)
                .hasLineCount(1);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--threshold 0.5 | the classes' names are missing: give --labels a,b,c",
                "--labels a,b --labels-file f | --labels and --labels-file are both given",
                "--labels a,b --score best | --score: 'best' (expected: max-softmax, margin, entropy, energy or output:<name>)",
                "--labels a,b --score energy | --score energy has no usual range: give a --threshold",
                "--labels a,b --score output:sure | --score output:sure has no usual range: give a --threshold",
                "--labels a,b --activation relu | --activation: 'relu' (expected: softmax, sigmoid, none)",
                "--labels a,b --temperature 0 | --temperature: 0.0 (expected: a number above 0",
                "--labels a,b --audit-rate 5 | --audit-rate: 5.0 (expected: 0.0 to 1.0). It is a probability; for 1 % write 0.01.",
                "--labels a,b --version 0 | --version: 0 (expected: 1 or more)",
                "--labels a,b --resize 28x28 | --resize, --scale, --mean and --std belong to pictures: add --image grey",
                "--labels a,b --image grey --resize 28 | --resize: '28' (expected: HEIGHTxWIDTH, for instance 28x28)",
                "--labels a,b --image gray | --image: 'gray' (expected: grey, rgb)"
            })
    void wrongUsageSaysWhatIsExpected(String arguments, String sentence) {
        assertThat(pack("softmax", arguments.split(" ", -1))).isEqualTo(2);

        assertThat(tiergate.err()).contains("tiergate model pack: " + sentence);
    }

    @Test
    void aNameThatIsNoFolderNameIsRefused() {
        for (String name : new String[] {"..", ".hidden", "a/b", "a b"}) {
            assertThat(run(
                            "model",
                            "pack",
                            file("softmax"),
                            "--name",
                            name,
                            "--out",
                            folder.toString(),
                            "--labels",
                            "a,b"))
                    .isEqualTo(1);
            assertThat(tiergate.err()).contains("--name: '" + name + "' (expected: letters, digits");
        }
    }

    @Test
    void verifyTellsOfEveryPackageAndFailsIfOneIsRefused() {
        assertThat(run("model", "verify", BROKEN.toString())).isEqualTo(1);

        assertThat(tiergate.out())
                .containsPattern(
                        "ok +good/1 +sha256:[0-9a-f]{64} +accepts at margin 0.5, escalates to tiny-ensemble \\(payload: input\\)")
                .contains("refused  label-count/1  2 labels, but output 'logits' of model.onnx has 3 classes")
                .contains("refused  not-onnx/1  model.onnx cannot be loaded by ONNX Runtime: it is no ONNX file")
                .contains("refused  member-missing/1  members/b.onnx is missing");
        assertThat(tiergate.err()).contains("13 of 14 packages would be refused by the services");
    }

    @Test
    void verifyTakesARepositoryAModelOrAVersion() {
        for (Path path : new Path[] {BROKEN.resolve("good"), BROKEN.resolve("good/1")}) {
            assertThat(run("model", "verify", path.toString()))
                    .as(path.toString())
                    .isZero();
            assertThat(tiergate.out()).startsWith("ok       good/1").hasLineCount(1);
        }
        Path working = BROKEN.resolveSibling("fragile");
        assertThat(run("model", "verify", working.toString())).isZero();
        assertThat(tiergate.out()).contains("fragile-ensemble/1").contains("ensemble of 3");
    }

    @Test
    void verifyRefusesAnEnsembleWhoseLabelsAreNotThoseOfItsEdgeModel() throws IOException {
        copy(BROKEN.resolveSibling("fragile").resolve("fragile-ensemble"), folder.resolve("fragile-ensemble"));
        assertThat(pack("grey-nchw", "--labels", "a,b,d", "--escalate-to", "fragile-ensemble"))
                .isZero();

        assertThat(run("model", "verify", folder.toString())).isEqualTo(1);
        assertThat(tiergate.out())
                .contains(
                        "refused  fragile-ensemble/1  labels [a, b, c] differ from those of m/1, which escalates to it: [a, b, d]");
    }

    @Test
    void verifySaysWhichMemberOfAnEnsembleIsBroken() throws IOException {
        Path ensemble = folder.resolve("fragile-ensemble");
        copy(BROKEN.resolveSibling("fragile").resolve("fragile-ensemble"), ensemble);
        Files.copy(
                FILES.resolve("zipped.onnx"),
                ensemble.resolve("1/members/b.onnx"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThat(run("model", "verify", folder.toString())).isEqualTo(1);
        assertThat(tiergate.out()).contains("b.onnx cannot be loaded by ONNX Runtime: it is a zip archive");
    }

    @Test
    void verifySaysWhereThereIsNothing() throws IOException {
        assertThat(run("model", "verify", folder.toString())).isEqualTo(1);
        assertThat(tiergate.err()).contains("has no packages (expected: a repository");
        assertThat(run("model", "verify", folder.resolve("none").toString())).isEqualTo(1);
        assertThat(tiergate.err()).contains("none is not a folder");
        assertThat(run("model", "verify", file("softmax"))).isEqualTo(1);
        assertThat(tiergate.err()).contains("is a file (expected: a folder of packages)");
    }

    private int pack(String file, String... arguments) {
        List<String> all = new java.util.ArrayList<>(
                List.of("model", "pack", file(file), "--name", "m", "--out", folder.toString()));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return tiergate.run(arguments);
    }

    private static String file(String name) {
        return FILES.resolve(name + ".onnx").toString();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    private static byte[] whitePicture() throws IOException {
        BufferedImage image = new BufferedImage(9, 5, BufferedImage.TYPE_BYTE_GRAY);
        java.util.Arrays.fill(
                ((java.awt.image.DataBufferByte) image.getRaster().getDataBuffer()).getData(), (byte) 255);
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            ImageIO.write(image, "png", out);
            return out.toByteArray();
        }
    }
}
