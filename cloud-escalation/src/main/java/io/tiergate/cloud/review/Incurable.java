package io.tiergate.cloud.review;

import io.vertx.pgclient.PgException;
import java.util.Set;

/** Tells failures of a statement that lie in its data from those that time or an operator may cure. */
final class Incurable {
    /**
     * Classes of SQLSTATE: cardinality violation, data exception, integrity constraint violation, program limit exceeded. Not among
     * them are lacking resources (53) and lacking rights or tables (42): those are no sample's fault.
     */
    private static final Set<String> CLASSES = Set.of("21", "22", "23", "54");

    private Incurable() {}

    static boolean isCauseOf(Throwable failure) {
        return failure instanceof PgException refusal
                && refusal.getSqlState() != null
                && refusal.getSqlState().length() == 5
                && CLASSES.contains(refusal.getSqlState().substring(0, 2));
    }
}
