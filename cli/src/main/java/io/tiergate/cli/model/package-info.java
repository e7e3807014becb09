/**
 * The commands {@code tiergate model}: looks into ONNX files, makes packages of them, and checks packages as the services would.
 *
 * <p>Models are run in the command's own JVM and on its own thread; nothing is served from here.
 */
package io.tiergate.cli.model;
