/**
 * Checks beside the score: is this input, or this output, like those the gate was calibrated on? Softmax scores alone are sure of
 * inputs that no model has ever seen.
 */
package io.tiergate.gate.check;
