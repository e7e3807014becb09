/** An edge gateway as a process of its own, started as a person starts it, and what it is asked. */
package io.tiergate.cli.gateway;
