package io.tiergate.cli;

/** The log manager of the local stack, which is on the command's class path. */
public final class JavaLogging {
    private static final String LOG_MANAGER = "java.util.logging.manager";

    private JavaLogging() {}

    /**
     * Has {@code java.util.logging} use it, to be called before anything logs there: it complains at the end of the JVM if it was not the one
     * that was asked.
     */
    public static void install() {
        if (System.getProperty(LOG_MANAGER) == null) {
            System.setProperty(LOG_MANAGER, "org.jboss.logmanager.LogManager");
        }
    }
}
