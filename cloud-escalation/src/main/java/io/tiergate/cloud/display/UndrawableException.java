package io.tiergate.cloud.display;

/** A sample is not what its display says. The message is the reason, in one sentence, for the person who should have seen it. */
final class UndrawableException extends Exception {
    private static final long serialVersionUID = 1L;

    UndrawableException(String reason) {
        super(reason);
    }
}
