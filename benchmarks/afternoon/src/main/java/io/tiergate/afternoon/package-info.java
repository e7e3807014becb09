/** A server for one model, as it is written in an afternoon: no gate, no queue of its own, no batches. */
package io.tiergate.afternoon;
