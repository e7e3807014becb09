package io.tiergate.cloud.review;

import io.tiergate.proto.v1.ReportedLabel;
import java.util.UUID;

/**
 * A label that is about to be stored, unless one of the same revision or a higher one was stored before.
 *
 * @param origin the record with the report
 * @param wantsParkedSample whether the report came without tensors
 */
public record NewReport(UUID id, Origin origin, ReportedLabel report, boolean wantsParkedSample) implements NewRow {}
