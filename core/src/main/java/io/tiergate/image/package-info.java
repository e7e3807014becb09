/**
 * Pictures as models want them: decoding PNG and JPEG within limits, resizing, and the numbers of a tensor.
 *
 * <p>Plain functions of their arguments, safe on every thread. Decoding and resizing take milliseconds and memory in
 * proportion to the picture, so not on an event loop.
 */
package io.tiergate.image;
