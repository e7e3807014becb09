/** The REST API of the review queue, as JSON. Everything here runs on event loops and blocks nowhere. */
package io.tiergate.cloud.review.api;
