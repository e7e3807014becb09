/**
 * The rules that decide whether an edge answer can be trusted: confidence scores, policies, audits.
 *
 * <p>Plain functions of their arguments, safe on every thread. Two hold state: {@link io.tiergate.gate.Gate}, which is safe on every
 * thread too, and {@link io.tiergate.gate.Reading}, which is one thread's own.
 */
package io.tiergate.gate;
