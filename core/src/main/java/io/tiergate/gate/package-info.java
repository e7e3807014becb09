/**
 * The rules that decide whether an edge answer can be trusted: confidence scores, policies, audits.
 *
 * <p>Plain functions of their arguments, safe on every thread; only {@link io.tiergate.gate.AuditSampler} holds state (its
 * random generator).
 */
package io.tiergate.gate;
