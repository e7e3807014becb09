package io.tiergate.cloud.intake;

import io.tiergate.cloud.ServiceIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** The topics that a tenant needs. */
@ApplicationScoped
class TopicPlan {
    private static final int MEBIBYTE = 1024 * 1024;

    private final TopicsConfig config;
    private final ServiceIdentity identity;

    @Inject
    TopicPlan(TopicsConfig config, ServiceIdentity identity) {
        this.config = config;
        this.identity = identity;
    }

    List<NewTopic> topics() {
        int escalationBytes = config.maxEscalationBytes();
        // Besides its tensors a retraining record carries the ensemble's answer, a dead letter its headers.
        int copyBytes = escalationBytes + MEBIBYTE;
        TopicsConfig.Partitions partitions = config.partitions();
        return List.of(
                topic("escalations", partitions.escalations(), config.retention(), escalationBytes),
                topic("verdicts", partitions.verdicts(), config.retention(), MEBIBYTE),
                topic("retraining", partitions.retraining(), config.retention(), copyBytes),
                topic("telemetry", partitions.telemetry(), config.retention(), MEBIBYTE),
                topic("dead-letters", partitions.deadLetters(), config.deadLetterRetention(), copyBytes));
    }

    private NewTopic topic(String name, int partitions, Duration retention, int recordBytes) {
        return new NewTopic(identity.topic(name), partitions, config.replicationFactor())
                .configs(Map.of(
                        // The broker's clock decides how old a record is: a device's may stand in 1970 or far ahead.
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime",
                        TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()),
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(recordBytes)));
    }
}
