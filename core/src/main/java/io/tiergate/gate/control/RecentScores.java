package io.tiergate.gate.control;

/** The scores of the latest samples. */
final class RecentScores {
    static final int MOST = 2000;

    private final double[] scores = new double[MOST];
    private long seen;

    void add(double score) {
        scores[(int) (seen++ % MOST)] = score;
    }

    void clear() {
        seen = 0;
    }

    int size() {
        return (int) Math.min(seen, MOST);
    }

    boolean isFull() {
        return seen >= MOST;
    }

    /** Share of them below a threshold; NaN if there is none. */
    double below(double threshold) {
        int below = 0;
        for (int i = 0; i < size(); i++) {
            below += scores[i] < threshold ? 1 : 0;
        }
        return (double) below / size();
    }
}
