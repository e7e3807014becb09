package io.tiergate.local;

import io.tiergate.local.process.FreePort;

/** The ports of a stack. They stay the same when a process is started again. */
public record Ports(int kafka, int postgres, int cloudGrpc, int cloudHttp, int edgeGrpc, int edgeHttp) {
    /** The usual ports, or for each that is taken the next free one above it. */
    public static Ports usual() {
        return new Ports(
                FreePort.atOrAbove(9092),
                FreePort.atOrAbove(5432),
                FreePort.atOrAbove(9001),
                FreePort.atOrAbove(8081),
                FreePort.atOrAbove(9000),
                FreePort.atOrAbove(8080));
    }

    /** Free ports chosen at random, so that several stacks can be started at the same moment. */
    public static Ports random() {
        return new Ports(
                FreePort.any(), FreePort.any(), FreePort.any(), FreePort.any(), FreePort.any(), FreePort.any());
    }
}
