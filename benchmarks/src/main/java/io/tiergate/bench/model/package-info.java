/** What the model alone can do on this machine: ONNX Runtime without anything around it, on as many threads as asked for. */
package io.tiergate.bench.model;
