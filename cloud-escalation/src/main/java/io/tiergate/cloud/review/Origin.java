package io.tiergate.cloud.review;

/** The place of a record in the escalations topic. Two records are the same record just when their origins are equal. */
public record Origin(int partition, long offset) {}
