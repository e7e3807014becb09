package io.tiergate.cloud;

import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/** Says once that something is away and once that it is back, however often it was tried in between. Safe on every thread. */
public final class Outage {
    private static final Logger LOG = Logger.getLogger(Outage.class);

    private final String what;
    private final AtomicReference<String> current = new AtomicReference<>();

    /**
     * @param what for instance {@code Kafka}
     */
    public Outage(String what) {
        this.what = what;
    }

    /** Notes one failed try; the first one, and one that fails in another way, is logged. */
    public void failed(Throwable failure) {
        String kind = failure.getClass().getSimpleName();
        if (!kind.equals(current.getAndSet(kind))) {
            LOG.warnf(
                    "%s cannot be reached or refuses; trying again until it works: cause=%s: %s",
                    what, kind, firstLine(failure));
        }
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    /** Notes one successful try. */
    public void over() {
        if (current.getAndSet(null) != null) {
            LOG.infof("%s works again", what);
        }
    }
}
