/**
 * What a gate does, as SVG pictures: risk against coverage, how well confidence is calibrated, and a replay over its requests. Text becomes
 * outlines, so that a picture looks the same everywhere; drawing it takes a font on the machine, but no display. No threads of its
 * own.
 */
package io.tiergate.cli.gate.plot;
