/**
 * The gRPC port: applications that ask an ensemble directly, over the Open Inference Protocol, with no edge between. Such a call promises
 * nothing: it is answered, and neither stored nor published.
 *
 * <p>Calls arrive on the event loops, {@code grpc-n}, and run on a bounded pool of their own, {@code inference-n}, so that they can
 * keep no escalation waiting for a thread.
 */
package io.tiergate.cloud.inference;
