/** An edge gateway as a process of its own, started as a person starts it. */
package io.tiergate.cli.gateway;
