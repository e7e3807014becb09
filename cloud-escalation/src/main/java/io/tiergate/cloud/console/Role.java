package io.tiergate.cloud.console;

import java.util.Set;

/** What people may do. Who has one role may do all that the ones before it allow. */
public final class Role {
    /** Sees everything, changes nothing. */
    public static final String VIEWER = "viewer";

    /** Labels samples. */
    public static final String REVIEWER = "reviewer";

    /** Breaks ties, erases, replays. */
    public static final String OPERATOR = "operator";

    private Role() {}

    /** All that a role brings with it, itself included; empty if it is none of ours. */
    static Set<String> implied(String role) {
        return switch (role) {
            case OPERATOR -> Set.of(OPERATOR, REVIEWER, VIEWER);
            case REVIEWER -> Set.of(REVIEWER, VIEWER);
            case VIEWER -> Set.of(VIEWER);
            default -> Set.of();
        };
    }
}
