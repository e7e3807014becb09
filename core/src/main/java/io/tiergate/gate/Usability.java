package io.tiergate.gate;

/** Whether a model's output for one sample can be used, and if not, why. */
public enum Usability {
    USABLE,
    /** There is no number, or one of them is NaN or infinite. */
    NON_FINITE,
    /** There is not one number for each label. */
    WRONG_CLASS_COUNT,
    /** The package declares probabilities, and these are none: logits, or numbers that do not sum to 1. */
    NOT_PROBABILITIES
}
