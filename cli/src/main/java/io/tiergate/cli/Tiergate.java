package io.tiergate.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry point: finds the command and turns what goes wrong into a message and an exit code. */
@Command(
        name = "tiergate",
        description = "Tiered inference: answer at the edge, escalate what is uncertain, learn from the verdicts.",
        mixinStandardHelpOptions = true,
        versionProvider = Tiergate.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Every command has its own --help. The launcher first builds what is missing or out of date.",
            "Environment: TIERGATE_SKIP_BUILD=1 leaves that out, TIERGATE_JAVA_OPTS takes options of the JVM."
        })
public final class Tiergate implements Runnable {
    private static final int FAILURE = 1;
    private static final int WRONG_USAGE = 2;
    private static final int HELP_COLUMNS = 110;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Called by the launcher. */
    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    static int execute(String... arguments) {
        return commandLine(arguments).execute(arguments);
    }

    /** With all commands or, for a service, with just that one: beside a service's classes those of the other commands are not there. */
    static CommandLine commandLine(String... arguments) {
        CommandLine tiergate = new CommandLine(new Tiergate());
        String first = arguments.length == 0 ? "" : arguments[0];
        switch (first) {
            case "edge" -> tiergate.addSubcommand(EdgeCommand.class);
            case "cloud" -> tiergate.addSubcommand(CloudCommand.class);
            case "kafka" -> tiergate.addSubcommand(KafkaCommand.class);
            default -> addAll(tiergate);
        }
        return tiergate.setUsageHelpWidth(HELP_COLUMNS)
                .setParameterExceptionHandler((e, unused) -> wrongUsage(e))
                .setExecutionExceptionHandler((e, command, unused) -> failure(e, command));
    }

    private static void addAll(CommandLine tiergate) {
        tiergate.addSubcommand(DemoCommand.class)
                .addSubcommand(EdgeCommand.class)
                .addSubcommand(CloudCommand.class)
                .addSubcommand(KafkaCommand.class)
                .addSubcommand(ModelCommand.class)
                .addSubcommand(GateCommand.class)
                .addSubcommand(OutboxCommand.class)
                .addSubcommand(DeadLettersCommand.class)
                .addSubcommand(BenchCommand.class)
                .addSubcommand(TestCommand.class);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static int wrongUsage(ParameterException e) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        err.println(name + ": " + messageOf(e));
        err.println("See ./" + name + " --help.");
        return WRONG_USAGE;
    }

    private static String messageOf(ParameterException e) {
        boolean noCommand = e.getCommandLine().getParent() == null;
        if (noCommand && e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            String nearest = unmatched.getSuggestions().isEmpty()
                    ? ""
                    : " Did you mean " + unmatched.getSuggestions().getFirst() + "?";
            return "'%s' is not a command (expected: %s).%s"
                    .formatted(
                            unmatched.getUnmatched().getFirst(),
                            String.join(
                                    ", ", e.getCommandLine().getSubcommands().keySet()),
                            nearest);
        }
        return e.getMessage();
    }

    private static int failure(Exception e, CommandLine command) {
        String message = e instanceof CommandFailure || e.getMessage() != null ? e.getMessage() : e.toString();
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message);
        if (command.getCommandSpec().userObject() instanceof VerboseCommand verbose && verbose.isVerbose()) {
            e.printStackTrace(command.getErr());
        }
        return FAILURE;
    }

    /** The version in the jar's manifest. */
    public static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"tiergate " + current()};
        }

        /** For instance {@code 0.1.0}; {@code development} where the classes do not come from the jar. */
        public static String current() {
            String version = Tiergate.class.getPackage().getImplementationVersion();
            return version == null ? "development" : version;
        }
    }
}
