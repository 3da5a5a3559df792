package io.fleetcron.membership;

import io.fleetcron.fleet.Fire;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Whose turn it is. Every instance ranks the live members for each fire by rendezvous hashing: it spreads jobs over the
 * fleet without a word between hosts. Safety never depends on it.
 */
public final class Ranking {

    private Ranking() {}

    /**
     * This instance's rank for that fire among the live members, of whom those that can run the job go first.
     *
     * @param unfit those that cannot run it
     */
    public static int rank(Fire fire, String self, Collection<String> live, Collection<String> unfit) {
        return before(fire, self, live, unfit).size();
    }

    /** Whose turns come before this instance's, where all but the unfit are alike. */
    public static List<String> before(Fire fire, String self, Collection<String> live, Collection<String> unfit) {
        return before(fire, self, live, member -> unfit.contains(member) ? 1 : 0);
    }

    /**
     * Whose turns come before this instance's.
     *
     * @param tier all members of a lower tier go before those of a higher one
     */
    public static List<String> before(Fire fire, String self, Collection<String> live, ToIntFunction<String> tier) {
        long name = name(fire);
        long own = weight(name, self);
        int ownTier = tier.applyAsInt(self);
        List<String> all = new ArrayList<>();
        for (String member : live) {
            int theirs = tier.applyAsInt(member);
            if (theirs == ownTier ? outranks(name, member, own, self) : theirs < ownTier) {
                all.add(member);
            }
        }
        return all;
    }

    /** This instance's rank for that fire among these: 0 goes first. */
    public static int rank(Fire fire, String self, Collection<String> live) {
        return rank(fire, self, live, List.of());
    }

    /** The hash of what is the same for all members: it is computed once, not for each. */
    private static long name(Fire fire) {
        return hash(0xcbf29ce484222325L, fire.job() + '\n' + fire.time().toEpochMilli() + '\n');
    }

    private static boolean outranks(long name, String other, long own, String self) {
        long weight = weight(name, other);
        return weight > own || (weight == own && other.compareTo(self) > 0);
    }

    /** FNV-1a, then the finaliser of SplitMix64, so that one changed letter changes every bit. */
    private static long weight(long name, String instance) {
        long hash = hash(name, instance);
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }

    private static long hash(long begin, String text) {
        long hash = begin;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }
}
