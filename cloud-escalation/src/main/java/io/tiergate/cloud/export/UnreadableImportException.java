package io.tiergate.cloud.export;

/** A file from which no labels can be had. The message is one sentence for the person who sent it. */
public final class UnreadableImportException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableImportException(String message) {
        super(message);
    }
}
