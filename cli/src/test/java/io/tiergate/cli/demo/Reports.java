package io.tiergate.cli.demo;

import java.util.List;

/** Reports of 3,000 requests, of which 740 were escalated and 20 audited. */
final class Reports {
    private Reports() {}

    static Report successful() {
        return of(0, 7, 0, 0.894, 0.941, 3_100_000);
    }

    static Report of(int shed, int waiting, int lost, double edgeAccuracy, double tieredAccuracy, long bytesEscalated) {
        return new Report(
                3_000,
                0,
                2_260 - shed,
                740,
                0,
                shed,
                0,
                20,
                760 - waiting - lost,
                waiting,
                0,
                0,
                0,
                lost,
                0,
                753,
                0,
                edgeAccuracy,
                tieredAccuracy,
                0.97,
                new Percentiles(0.62, 1, 2),
                new Percentiles(50, 60, 70),
                bytesEscalated,
                Math.round(bytesEscalated / 760.0 * 3_000),
                8.5,
                new Report.Versions("0.1.0", "small/1@sha256:11", List.of("big/1@sha256:00")));
    }
}
