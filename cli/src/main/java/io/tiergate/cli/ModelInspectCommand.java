package io.tiergate.cli;

import io.tiergate.cli.model.Inspection;
import io.tiergate.cli.model.OnnxRuntimeFiles;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "inspect",
        description = {
            "Say what an ONNX file takes and gives, and what a manifest needs of it.",
            "Tells what was guessed and why, and the command that packs the file. Changes nothing."
        })
final class ModelInspectCommand extends VerboseCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE.onnx", description = "The model.")
    private Path file;

    @Option(names = "--input", paramLabel = "NAME", description = "The input that is the sample.")
    private String input;

    @Option(names = "--output", paramLabel = "NAME", description = "The output that is the classes' scores.")
    private String output;

    @Override
    public Integer call() throws Exception {
        OnnxRuntimeFiles.install();
        Inspection.print(
                file,
                Optional.ofNullable(input),
                Optional.ofNullable(output),
                spec().commandLine().getOut());
        return 0;
    }
}
