package io.tiergate.edge.escalation;

import java.util.Optional;

/**
 * What became of a label that an application has reported.
 *
 * @param escalation as it stands now
 * @param applied the change, if the label changed something
 * @param stands whether the label now counts; otherwise a verdict of higher rank says something else
 */
public record LabelReport(EscalationRow escalation, Optional<AppliedVerdict> applied, boolean stands) {}
