/**
 * The {@code tiergate} command.
 *
 * <p>{@code edge} and {@code cloud} check their arguments and then become the service, in the same JVM. On the class path
 * are then only this jar, picocli and the local stack without its libraries, so that the service's class loader finds its
 * own classes and no others: commands load what they need inside their methods.
 */
package io.tiergate.cli;
