package io.fleetcron.fleet;

/** The program's own version, from its archive's manifest. */
public final class Version {

    private Version() {}

    /** Such as {@code 0.1.0}; {@code dev} where classes run unpackaged. */
    public static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
