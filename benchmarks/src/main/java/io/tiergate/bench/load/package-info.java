/**
 * The load generator: as many calls at a time as it is told, or as many a second. One thread paces the arrivals, Netty's event loops do
 * the rest; requests are serialised beforehand, and of an answer only the gate's decision is read.
 */
package io.tiergate.bench.load;
