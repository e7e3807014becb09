package io.tiergate.gate.control;

/**
 * How a gate with a promise to keep is watched.
 *
 * @param auditRate share of accepted answers that are escalated all the same; 0 to 1
 * @param smallestAuditRate the rate never goes below this; above 0, at most {@code auditRate} unless that is 0
 * @param stratified audits the less sure half of the accepted answers more often and the surer half less often
 */
public record RiskSettings(double auditRate, double smallestAuditRate, boolean stratified) {
    /** Of the accepted answers, on an alarm. */
    static final double BRAKED_AUDIT_RATE = 0.2;
    /** Of the rate, in the less sure half; in the surer half it is this much below 2. */
    static final double STRATUM = 1.6;

    public RiskSettings {
        if (!(auditRate >= 0 && auditRate <= 1)) {
            throw new IllegalArgumentException(
                    "audit-rate: " + auditRate + " (expected: 0.0 to 1.0). It is a probability; for 1 % write 0.01.");
        }
        if (!(smallestAuditRate > 0 && smallestAuditRate <= (auditRate == 0 ? 1 : auditRate))) {
            throw new IllegalArgumentException("smallest audit rate: " + smallestAuditRate
                    + " (expected: above 0.0, at most the audit rate, " + auditRate + ")");
        }
    }

    /** A rate that does not change, the same for all answers. */
    public static RiskSettings of(double auditRate) {
        return new RiskSettings(auditRate, auditRate == 0 ? BRAKED_AUDIT_RATE : auditRate, false);
    }
}
