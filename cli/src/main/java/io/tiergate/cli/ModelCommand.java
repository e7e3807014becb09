package io.tiergate.cli;

import picocli.CommandLine.Command;

@Command(
        name = "model",
        description =
                "Look into ONNX files, make model packages of them, check packages, and find what their gates can promise.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ModelInspectCommand.class,
            ModelPackCommand.class,
            ModelVerifyCommand.class,
            ModelCalibrateCommand.class
        })
final class ModelCommand extends VerboseCommand implements Runnable {
    @Override
    public void run() {
        spec().commandLine().usage(spec().commandLine().getOut());
    }
}
