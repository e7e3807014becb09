package io.tiergate.local.process;

import java.time.Duration;

/** What happens to a supervised child. */
public sealed interface ProcessEvent {
    /** The child's name. */
    String name();

    /** It is being started, for the first time or again. */
    record Starting(String name, boolean again) implements ProcessEvent {}

    /** It serves. */
    record Ready(String name, Duration took, String line) implements ProcessEvent {}

    /** It ended, though nobody had asked for that, and will be started again. */
    record Ended(String name, int exitCode) implements ProcessEvent {}

    /** It failed too often and is left alone. */
    record GaveUp(String name, String reason) implements ProcessEvent {}
}
