/**
 * What answers calls for which the edge has no capacity: on request, an ensemble of the cloud's, asked directly.
 *
 * <p>Nothing waits: a call goes out on the thread that brought it, and its answer comes in on the event loop of the channel, from where it goes
 * back to the call's own. What is under way is bounded.
 */
package io.tiergate.edge.overload;
