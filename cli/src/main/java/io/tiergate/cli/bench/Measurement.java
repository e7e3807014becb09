package io.tiergate.cli.bench;

import java.util.Locale;

/** What the comparison consists of; what a person leaves out is left out with all ratios that need it. */
public enum Measurement {
    /** The model alone, in-process. */
    MODEL("model", "the model alone"),
    /** The same messages over gRPC, and nothing done with them. */
    ECHO("grpc_echo", "gRPC echo"),
    /** The Quarkus server of an afternoon. */
    AFTERNOON("afternoon", "Quarkus in an afternoon"),
    /** The same in Node.js. */
    NODE("node", "Node.js in an afternoon"),
    /** The gateway, of a model without gate. */
    PLAIN("tiergate_plain", "Tiergate, gate off"),
    /** The gateway with gate, outbox and broker. */
    GATED("tiergate_gated", "Tiergate, gate on"),
    /** More load than a server of a slow model can carry. */
    OVERLOAD("overload", "overload"),
    /** Models loaded again and again under load. */
    SWAP("swap", "model swaps"),
    /** Escalations that the cloud service answers while more wait than it can answer. */
    CLOUD("cloud_intake", "cloud intake"),
    /** A gateway's start and idle memory. */
    FOOTPRINT("footprint", "footprint"),
    /** The ledger without a gateway around it. */
    LEDGER("ledger", "the ledger alone"),
    /** The gateway while its broker is away, and once it is back. */
    AWAY("broker_away", "broker away");

    private final String key;
    private final String title;

    Measurement(String key, String title) {
        this.key = key;
        this.title = title;
    }

    /** The name in the report. */
    String key() {
        return key;
    }

    /** The name in the table. */
    String title() {
        return title;
    }

    /** As on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
