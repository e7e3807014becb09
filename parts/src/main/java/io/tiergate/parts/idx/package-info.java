/** Files of labelled images, in the form that the demonstration and the training read. Runs on the caller's thread. */
package io.tiergate.parts.idx;
