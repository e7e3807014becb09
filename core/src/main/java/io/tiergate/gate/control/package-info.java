/**
 * How a gate keeps its promise once it is in use: audits and what they say, alarms that need no labels, the brake and its release.
 *
 * <p>Nothing in here is safe for use by several threads: {@link io.tiergate.gate.Gate} takes care of that. Nothing reads a clock.
 */
package io.tiergate.gate.control;
