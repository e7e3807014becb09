/** How a service lives as the child of another process. */
package io.tiergate.process;
