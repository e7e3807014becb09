package io.tiergate.gate.control;

/**
 * What became of audits that were drawn with the same probability.
 *
 * @param inclusion that probability
 * @param rightByEnsemble the ensemble agreed
 * @param wrongByEnsemble it did not
 * @param rightByPerson a person, or the application, agreed
 * @param wrongByPerson did not
 * @param open the ensemble could not tell, and nobody else has said yet
 * @param openWrong sum of the probabilities with which those are wrong
 * @param awaited no answer has come yet
 */
public record AuditCount(
        double inclusion,
        long rightByEnsemble,
        long wrongByEnsemble,
        long rightByPerson,
        long wrongByPerson,
        long open,
        double openWrong,
        long awaited) {
    static AuditCount none(double inclusion) {
        return new AuditCount(inclusion, 0, 0, 0, 0, 0, 0, 0);
    }

    AuditCount with(Label label, int sign) {
        return switch (label) {
            case Label.ByEnsemble(boolean wrong) ->
                new AuditCount(
                        inclusion,
                        changed(rightByEnsemble, wrong ? 0 : sign),
                        changed(wrongByEnsemble, wrong ? sign : 0),
                        rightByPerson,
                        wrongByPerson,
                        open,
                        openWrong,
                        awaited);
            case Label.ByPerson(boolean wrong) ->
                new AuditCount(
                        inclusion,
                        rightByEnsemble,
                        wrongByEnsemble,
                        changed(rightByPerson, wrong ? 0 : sign),
                        changed(wrongByPerson, wrong ? sign : 0),
                        open,
                        openWrong,
                        awaited);
            case Label.Open(double probability) ->
                new AuditCount(
                        inclusion,
                        rightByEnsemble,
                        wrongByEnsemble,
                        rightByPerson,
                        wrongByPerson,
                        changed(open, sign),
                        // None is left over by rounding.
                        open + sign <= 0 ? 0 : Math.max(0, openWrong + sign * probability),
                        awaited);
        };
    }

    /** One of which nothing has been heard was drawn, or is not awaited any more. */
    AuditCount awaiting(int sign) {
        return new AuditCount(
                inclusion,
                rightByEnsemble,
                wrongByEnsemble,
                rightByPerson,
                wrongByPerson,
                open,
                openWrong,
                changed(awaited, sign));
    }

    /** A crash may have forgotten a draw, or a label, that is now replaced: nothing becomes less than none. */
    private static long changed(long count, int by) {
        return Math.max(0, count + by);
    }

    AuditCount plus(AuditCount other) {
        return new AuditCount(
                inclusion,
                rightByEnsemble + other.rightByEnsemble,
                wrongByEnsemble + other.wrongByEnsemble,
                rightByPerson + other.rightByPerson,
                wrongByPerson + other.wrongByPerson,
                open + other.open,
                openWrong + other.openWrong,
                awaited + other.awaited);
    }

    long wrong() {
        return wrongByEnsemble + wrongByPerson;
    }

    long right() {
        return rightByEnsemble + rightByPerson;
    }

    /** Without a label. */
    long unresolved() {
        return open + awaited;
    }

    long labelledByEnsemble() {
        return rightByEnsemble + wrongByEnsemble;
    }

    long labelledByPerson() {
        return rightByPerson + wrongByPerson;
    }
}
