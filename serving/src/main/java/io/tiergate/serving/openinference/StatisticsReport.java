package io.tiergate.serving.openinference;

import io.tiergate.proto.inference.InferBatchStatistics;
import io.tiergate.proto.inference.InferStatistics;
import io.tiergate.proto.inference.ModelStatistics;
import io.tiergate.proto.inference.ModelStatisticsRequest;
import io.tiergate.proto.inference.ModelStatisticsResponse;
import io.tiergate.proto.inference.StatisticDuration;
import io.tiergate.serving.inference.DurationCounter;
import io.tiergate.serving.inference.InferenceStatistics;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.inference.ModelCatalog;
import io.tiergate.serving.inference.ModelCounters;
import io.tiergate.serving.inference.RunCounters;
import java.util.List;

/** Answers with the counters of models that are served, or have been. */
record StatisticsReport(ModelCatalog<?> catalog, InferenceStatistics statistics) {
    /**
     * @throws InvalidRequestException if a model or version is asked for that has never been served
     */
    ModelStatisticsResponse answer(ModelStatisticsRequest request) {
        // One that nobody has called yet has counters too.
        catalog.served().forEach(statistics::of);
        List<ModelCounters> wanted = statistics.all().stream()
                .filter(counters ->
                        request.getName().isEmpty() || counters.model().equals(request.getName()))
                .filter(counters -> request.getVersion().isEmpty()
                        || String.valueOf(counters.version()).equals(request.getVersion()))
                .toList();
        if (wanted.isEmpty() && !request.equals(ModelStatisticsRequest.getDefaultInstance())) {
            throw new InvalidRequestException("requested model '%s' is not available%s"
                    .formatted(
                            request.getName(),
                            request.getVersion().isEmpty() ? "" : " in version '" + request.getVersion() + "'"));
        }
        ModelStatisticsResponse.Builder response = ModelStatisticsResponse.newBuilder();
        wanted.forEach(counters -> response.addModelStats(statistics(counters)));
        return response.build();
    }

    private static ModelStatistics statistics(ModelCounters counters) {
        RunCounters parts = counters.parts();
        ModelStatistics.Builder statistics = ModelStatistics.newBuilder()
                .setName(counters.model())
                .setVersion(String.valueOf(counters.version()))
                .setLastInference(counters.lastRunMillis())
                .setInferenceCount(counters.samples())
                .setExecutionCount(counters.runs())
                .setInferenceStats(InferStatistics.newBuilder()
                        .setSuccess(duration(counters.success()))
                        .setFail(duration(counters.failure()))
                        .setQueue(duration(counters.queue()))
                        .setComputeInput(duration(parts.input()))
                        .setComputeInfer(duration(parts.infer()))
                        .setComputeOutput(duration(parts.output())));
        counters.partsByBatchSize()
                .forEach((size, ofSize) -> statistics.addBatchStats(InferBatchStatistics.newBuilder()
                        .setBatchSize(size)
                        .setComputeInput(duration(ofSize.input()))
                        .setComputeInfer(duration(ofSize.infer()))
                        .setComputeOutput(duration(ofSize.output()))));
        return statistics.build();
    }

    private static StatisticDuration duration(DurationCounter counter) {
        return StatisticDuration.newBuilder()
                .setCount(counter.count())
                .setNs(counter.nanos())
                .build();
    }
}
