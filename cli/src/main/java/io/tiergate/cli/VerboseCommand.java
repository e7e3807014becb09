package io.tiergate.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands have in common. */
@Command(mixinStandardHelpOptions = true, versionProvider = Tiergate.Version.class, sortOptions = false)
abstract class VerboseCommand {
    @Spec
    private CommandSpec spec;

    @Option(names = "--verbose", description = "Show the stack trace when something fails.")
    private boolean verbose;

    final boolean isVerbose() {
        return verbose;
    }

    /** To be thrown: the command was called in a wrong way. */
    final ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Ends the command, as called in a wrong way, unless something is right. */
    final void check(boolean isRight, String message) {
        if (!isRight) {
            throw wrongUsage(message);
        }
    }

    /** Where progress is shown: beside the command's output, and live on a terminal. */
    final Terminal progress() {
        return new Terminal(spec.commandLine().getErr(), Boolean.getBoolean("launcher.terminal"));
    }

    final CommandSpec spec() {
        return spec;
    }
}
