package io.tiergate.sim;

/** A promise that was not kept. */
public final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    public Violation(String what) {
        super(what);
    }
}
