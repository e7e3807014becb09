/**
 * The rules that decide whether an edge answer can be trusted: confidence scores, policies, audits.
 *
 * <p>Plain functions of their arguments, safe on every thread; only {@link io.tiergate.gate.AuditSampler} holds state (its
 * random generator), and {@link io.tiergate.gate.Reading} is one thread's own.
 */
package io.tiergate.gate;
