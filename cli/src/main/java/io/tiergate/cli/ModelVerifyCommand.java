package io.tiergate.cli;

import io.tiergate.cli.model.OnnxRuntimeFiles;
import io.tiergate.cli.model.Verification;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "verify",
        description = {
            "Read and open model packages as the services would.",
            "Prints one line each: its digest, or why it is refused. Succeeds only if none is refused."
        })
final class ModelVerifyCommand extends VerboseCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "PATH",
            description = "A repository, a model's folder in it, or a version's folder in that.")
    private Path path;

    @Override
    public Integer call() throws Exception {
        OnnxRuntimeFiles.install();
        Verification.run(path, spec().commandLine().getOut());
        return 0;
    }
}
