package io.tiergate.sim;

/** What is called how in every simulation. */
public final class Names {
    public static final String TENANT = "acme";
    public static final String SITE = "site-1";
    public static final String ENSEMBLE = "tiny-ensemble";

    private Names() {}

    public static String topic(String name) {
        return "tiergate." + TENANT + "." + name;
    }
}
