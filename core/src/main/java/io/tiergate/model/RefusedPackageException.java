package io.tiergate.model;

/** A model package that cannot be used. The message is one sentence for the person who made the package. */
public final class RefusedPackageException extends Exception {
    private static final long serialVersionUID = 1L;

    public RefusedPackageException(String message) {
        super(message);
    }
}
