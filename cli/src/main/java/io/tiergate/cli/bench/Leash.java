package io.tiergate.cli.bench;

import java.util.ArrayList;
import java.util.List;

/** Ends a program that knows nothing of its parent when the parent ends, by whatever means. */
final class Leash {
    /** The pipe from the parent is this shell's standard input, which a command in the background would not get. */
    private static final String SCRIPT = """
            exec 3<&0
            "$@" </dev/null 3<&- &
            child=$!
            trap 'kill $child' TERM
            { cat <&3 >/dev/null; kill $child 2>/dev/null; } >/dev/null 2>&1 &
            exec 3<&-
            wait $child
            wait $child
            """;

    private Leash() {}

    static List<String> on(List<String> command) {
        List<String> leashed = new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh"));
        leashed.addAll(command);
        return leashed;
    }
}
