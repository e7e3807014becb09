/**
 * Models as a server has them: which are served, who may use them, and the bounded pool of threads on which they run.
 *
 * <p>Models run on platform threads, {@code inference-n}, since a native call would pin a virtual thread's carrier. A full pool
 * refuses at once. Once the server runs, models are loaded and unloaded on {@code model-loader},
 * which in mode {@code poll} also looks at the repository's folder.
 */
package io.tiergate.serving.inference;
