/**
 * Runs models and decides: from checked tensors, or pictures, to an answer a row, with its escalation promised where there is one.
 *
 * <p>Pictures are decoded and models run on a bounded pool of platform threads, {@code inference-n}, since a native call would pin a virtual thread's
 * carrier. A full pool refuses at once.
 */
package io.tiergate.edge.inference;
