package io.tiergate.parts;

/** How a part's face was machined; decides the marks that the tool left. */
enum Finish {
    /** Fine rings around the part's own axis, with the bright sectors that turned metal shows. */
    TURNED,
    /** Coarse arcs of a cutter far larger than the part. */
    MILLED,
    /** Straight, irregular lines. */
    BRUSHED,
    /** No direction at all: a dull grain, as after blasting. */
    BLASTED
}
