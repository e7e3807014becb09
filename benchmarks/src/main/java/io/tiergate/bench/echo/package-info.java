/** What gRPC alone costs on this machine: the same messages, and nothing done with them. */
package io.tiergate.bench.echo;
