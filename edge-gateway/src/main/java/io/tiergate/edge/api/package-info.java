/**
 * What clients speak: the Open Inference Protocol and Tiergate's own API, on one grpc-java server.
 *
 * <p>Requests are decoded and checked on the server's event loops and answered from whichever thread has the answer; nothing here
 * blocks.
 */
package io.tiergate.edge.api;
