/**
 * The pages people look at, and what stands between them and everybody else: sign-in, roles, the rules for browsers.
 *
 * <p>All of it runs on event loops; nothing here blocks.
 */
package io.tiergate.cloud.console;
