/** Decides: from checked tensors, or pictures, to an answer a row, with its escalation promised where there is one. */
package io.tiergate.edge.inference;
