package io.tiergate.edge.escalation;

/**
 * What became of a label that an application has reported.
 *
 * @param escalation as it stands now
 * @param stands whether the label now counts; otherwise a verdict of higher rank says something else
 */
public record LabelReport(EscalationRow escalation, boolean stands) {}
