/**
 * Labelled grey images from files: read, changed on purpose, and made into the input of a model. Nothing here has a thread of its own
 * or changes after it was built.
 */
package io.tiergate.cli.data;
