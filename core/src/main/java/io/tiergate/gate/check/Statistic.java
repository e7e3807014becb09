package io.tiergate.gate.check;

/** One number about a sample whose usual range the calibration knows. */
public enum Statistic {
    /** Mean of the input's elements. */
    INPUT_MEAN(0, "input-mean"),
    /** Their standard deviation. */
    INPUT_DEVIATION(1, "input-deviation"),
    /** The smallest of them. */
    INPUT_LOWEST(2, "input-lowest"),
    /** The largest. */
    INPUT_HIGHEST(3, "input-highest"),
    /** Mean absolute difference of neighbours: noise raises it, blur lowers it. */
    INPUT_ROUGHNESS(4, "input-roughness"),
    /** T * log sum exp(z / T) over the logits z: low for inputs unlike those trained on (Liu et al. 2020). */
    ENERGY(5, "energy");

    /** How many there are. */
    public static final int COUNT = 6;

    private final int index;
    private final String word;

    Statistic(int index, String word) {
        this.index = index;
        this.word = word;
    }

    /** Where an array of all statistics has this one; 0 or more, below {@link #COUNT}. */
    public int index() {
        return index;
    }

    /** The statistic's name in certificates and, after {@code check:}, in reasons. */
    public String word() {
        return word;
    }
}
