/** Checks of the committed model packages with real ONNX Runtime. */
package io.tiergate.parts.models;
