package io.tiergate.cloud.review;

import io.tiergate.proto.v1.ReportedLabel;
import java.util.Optional;
import java.util.UUID;

/**
 * A label that is about to be stored, unless one of the same revision or a higher one was stored before.
 *
 * @param origin the record with the report
 * @param whole the record with a report of the same sample, this one or one that it overtakes, that brought the tensors along
 * @param wantsParkedSample whether a report came without tensors
 */
public record NewReport(UUID id, Origin origin, Optional<Origin> whole, ReportedLabel report, boolean wantsParkedSample)
        implements NewRow {}
