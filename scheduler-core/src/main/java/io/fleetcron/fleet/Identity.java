package io.fleetcron.fleet;

/**
 * Who a process is in the fleet.
 *
 * @param instance unique in the fleet
 * @param host the host's name
 * @param boot the id of that host's present boot: tells two hosts of one name apart
 * @param pid the process
 */
public record Identity(String instance, String host, String boot, long pid) {

    /** This process under that instance id. */
    public static Identity here(String instance) {
        return new Identity(
                instance,
                ThisHost.name(),
                ThisHost.boot(),
                ProcessHandle.current().pid());
    }

    /** A process under the same id of another host, or of an earlier boot of this one. */
    public boolean hasDoubleIn(Identity other) {
        return !other.boot.equals(boot) && other.instance.equals(instance);
    }

    /** On another host of the same name, or in an earlier boot of this one. NFS takes the two for one client. */
    public boolean hasNamesakeIn(Identity other) {
        return !other.boot.equals(boot) && other.host.equals(host);
    }
}
