/**
 * Tensors and ONNX Runtime sessions.
 *
 * <p>Nothing here owns a thread: {@link io.tiergate.runtime.OnnxSession#run} blocks its caller in native code for a
 * whole forward pass and may be called from several threads at once. Failures that the caller of a model can mend are
 * {@link io.tiergate.runtime.InvalidTensorException}; all others are bugs of ours or of the model.
 */
package io.tiergate.runtime;
