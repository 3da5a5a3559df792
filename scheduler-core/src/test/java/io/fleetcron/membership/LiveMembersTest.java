package io.fleetcron.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.fleet.Activity;
import io.fleetcron.fleet.Capability;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.Unfit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LiveMembersTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Unfit HOST = new Unfit(Optional.of("the disk is full"), Map.of());
    private static final Unfit JOB = new Unfit(Optional.empty(), Map.of("job-2", "no such user"));

    private final Map<String, Member> all = new TreeMap<>();

    /** What is arranged by job is what the members say one by one. */
    @Test
    void answersAsIfEachMemberWereAsked() {
        for (int i = 0; i < 40; i++) {
            Map<String, Long> running = i % 3 == 0 ? Map.of("job-" + i % 7, (long) i * 31 % 17) : Map.of();
            Map<String, Instant> settled = i % 2 == 0
                    ? Map.of("job-" + i % 5, NOW.minusSeconds(i * 37L % 50), "job-6", NOW.plusSeconds(i - 20))
                    : Map.of();
            add("host-" + i, new Activity(running, settled), i % 10 == 1 ? HOST : i % 4 == 1 ? JOB : Unfit.NONE);
        }
        LiveMembers live = new LiveMembers(all);

        for (int i = 0; i < 9; i++) {
            String job = "job-" + i;
            assertEquals(
                    all.values().stream()
                            .filter(member -> member.unfit().includes(job))
                            .map(Member::instance)
                            .collect(Collectors.toSet()),
                    live.unfit(job));
            for (Instant now : List.of(NOW, NOW.minusSeconds(30), NOW.plusSeconds(90))) {
                assertEquals(
                        all.values().stream()
                                .map(member -> member.activity().settled().get(job))
                                .filter(Objects::nonNull)
                                .filter(fire -> !fire.isAfter(now))
                                .max(Instant::compareTo),
                        live.settled(job, now));
            }
            assertEquals(
                    all.values().stream()
                            .map(member -> member.activity().running().get(job))
                            .filter(Objects::nonNull)
                            .max(Long::compareTo),
                    live.newestToken(job));
            assertEquals(
                    all.values().stream()
                            .anyMatch(member -> member.activity().running().containsKey(job)
                                    || member.activity().settled().containsKey(job)),
                    live.know(job));
        }
        assertEquals(List.copyOf(all.keySet()), live.ids());
        assertEquals(all, live.byId());
    }

    /** Whoever asks adds what it knows itself. */
    @Test
    void whatOneAskerMakesOfTheUnfitIsHiddenFromTheNext() {
        add("a", new Activity(Map.of(), Map.of()), HOST);
        LiveMembers live = new LiveMembers(all);

        live.unfit("job").add("me");

        assertEquals(Set.of("a"), live.unfit("job"));
    }

    @Test
    void whatChangesAfterwardsDoesNotChangeIt() {
        add("a", new Activity(Map.of(), Map.of()), Unfit.NONE);
        LiveMembers live = new LiveMembers(all);

        all.clear();

        assertEquals(List.of("a"), new ArrayList<>(live.byId().keySet()));
    }

    private void add(String id, Activity activity, Unfit unfit) {
        all.put(
                id,
                new Member(
                        new Identity(id, id, "boot", 1),
                        "1.0",
                        "ok",
                        0,
                        "",
                        new Member.Life(NOW, NOW),
                        Optional.empty(),
                        1,
                        Optional.empty(),
                        activity,
                        new Capability(Map.of(), unfit),
                        Optional.empty()));
    }
}
