package io.tiergate.cloud.testing;

/** A sample's input, and those whose answers {@code core/src/test/models/make_models.py} works out. */
public record Input(float first, float second, float third, float fourth) {
    /** Final: a. */
    public static final Input SURE_A = new Input(1, 0, 0, 0);
    /** Final: b. */
    public static final Input SURE_B = new Input(0, 1, 0, 0);
    /** Parked: the entropy is log 3. */
    public static final Input UNSURE = new Input(1, 1, 1, 0);
    /** Final: a, by two members of three. */
    public static final Input DEGRADED_A = new Input(1, 0, 0, Float.NaN);
    /** Parked: no member's output is finite. */
    public static final Input WITHOUT_QUORUM = new Input(Float.NaN, 0, 0, 0);

    float[] toArray() {
        return new float[] {first, second, third, fourth};
    }
}
