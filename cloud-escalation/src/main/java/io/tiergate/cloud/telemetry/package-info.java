/** What the service counts. Safe on every thread. */
package io.tiergate.cloud.telemetry;
