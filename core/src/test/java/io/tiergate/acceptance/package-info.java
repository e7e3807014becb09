/** Checks of the whole core on real images and trained models, where those are at hand. */
package io.tiergate.acceptance;
