package io.tiergate.image;

/** The order of a picture's numbers in a tensor. */
public enum Layout {
    /** Channel after channel, each row by row. */
    NCHW,
    /** Pixel after pixel, row by row, a pixel's channels side by side. */
    NHWC
}
