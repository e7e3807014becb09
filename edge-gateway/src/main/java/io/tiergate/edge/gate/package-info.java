/**
 * The gates of the served models: made and restored when a model is loaded, told what has become known of their samples, saved, and shown.
 */
package io.tiergate.edge.gate;
