/**
 * The Open Inference Protocol v2 with the extensions that work here. It knows models and tensors, and nothing of gates or ensembles:
 * those answer behind {@link io.tiergate.serving.inference.InferenceBackend}.
 */
package io.tiergate.serving.openinference;
