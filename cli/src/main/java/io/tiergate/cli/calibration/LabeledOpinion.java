package io.tiergate.cli.calibration;

import io.tiergate.ensemble.MemberOpinion;
import java.util.List;

/**
 * What the members of an ensemble say of an image of which the truth is known.
 *
 * @param members in the manifest's order, at the manifest's temperatures
 * @param label index of the true class
 * @param first whether it is for fitting temperatures, rather than for what they are worth: a bit of the image's digest
 */
record LabeledOpinion(List<MemberOpinion> members, int label, boolean first) {}
