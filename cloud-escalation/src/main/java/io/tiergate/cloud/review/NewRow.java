package io.tiergate.cloud.review;

import java.util.UUID;

/** What is about to be stored under an escalation's id. */
sealed interface NewRow permits NewAnswer, NewReport {
    UUID id();
}
