/**
 * Child processes of this project: how one is started, how it says that it serves, how it is kept alive and how it ends.
 *
 * <p>A child holds its parent by a pipe ({@link io.tiergate.process.ParentPipe}), so that it ends with it however that
 * ends. It ignores the terminal's Ctrl-C, which goes to every process of the foreground at once: the parent alone decides
 * in which order its children stop. Each supervised child has one platform thread of its own, named {@code supervise-<name>}.
 *
 * <p>Nothing here needs a class from outside the JDK.
 */
package io.tiergate.local.process;
