/**
 * The gRPC server that edge and cloud have in common: its life, its limits, health and reflection, and which status a failure
 * becomes. Handlers run on the event loops, {@code grpc-n}, and must not block.
 */
package io.tiergate.serving.grpc;
