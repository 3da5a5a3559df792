package io.fleetcron.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.fleet.Activity;
import io.fleetcron.fleet.Fingerprints;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.SharedRoot;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that disagree on their jobs: most of them are right. */
final class DefinitionDriftTest {

    private static final String OLD = "  report: {every: 1h, command: 'true'}\n";
    private static final String NEW = "  report: {every: 2h, command: 'true'}\n";
    private static final String OTHER = "  other: {every: 1h, command: 'true'}\n";

    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-06-01T00:00:00Z");
    private final Map<String, DefinitionDrift> watches = new TreeMap<>();
    private final Map<String, String> hashes = new LinkedHashMap<>();

    @Test
    void theMinorityHoldsWhatItDefinesOtherwise() throws Exception {
        define("a", OLD + OTHER);
        define("b", OLD + OTHER);
        define("c", OLD + OTHER);
        assertEquals(List.of(), held(), "all agree");
        define("a", NEW + OTHER);
        assertEquals(List.of("a"), held(), "the first to get new files");
        define("b", NEW + OTHER);
        assertEquals(List.of("c"), held(), "the one that missed them");
        String words = watch("c").minority("report").orElseThrow();
        assertTrue(words.contains("2 agree on another one"), words);
        assertEquals(Optional.empty(), watch("c").minority("other"), "only that job");
        define("c", NEW + OTHER);
        assertEquals(List.of(), held());
    }

    @Test
    void aJobThatMostHaveNoMoreIsHeld() throws Exception {
        define("a", OTHER);
        define("b", OTHER);
        define("c", OLD + OTHER);
        assertEquals(List.of("c"), held());
        assertTrue(watch("c").minority("report").orElseThrow().contains("do not have the job"));
        assertTrue(watch("a").definedElsewhere("report"));
        assertFalse(watch("c").definedElsewhere("report"));
    }

    /** Of three hosts each has a job of its own, and all have the thousands of others. */
    @Test
    void whatManyJobsHaveInCommonIsNotHeld() throws Exception {
        String many = IntStream.range(0, 3_000)
                        .mapToObj(i -> "  job-with-a-rather-long-name-" + i + ": {every: 1h, command: 'true'}\n")
                        .collect(Collectors.joining())
                + OLD;
        for (String host : List.of("a", "b", "c")) {
            define(host, many + "  of-" + host + ": {every: 1h, command: 'true'}\n");
        }
        assertEquals(List.of(), held());
        assertTrue(watch("a").definedElsewhere("report"));
    }

    /** Whoever writes the shared directory can fill the member table. */
    @Test
    void strangersDoNotFillTheHeap() throws Exception {
        define("a", OLD);
        compare();
        String jobs = IntStream.range(0, 9_000)
                .mapToObj(i -> Integer.toString(i, Character.MAX_RADIX) + " x")
                .collect(Collectors.joining("\n"));
        List<String> strangers = IntStream.range(0, 250).mapToObj(i -> "s" + i).toList();
        for (String stranger : strangers) {
            hashes.put(stranger, stranger);
            Files.writeString(
                    folder.resolve("definitions").resolve(stranger),
                    stranger + "\nof-" + stranger + " x\n" + jobs + "\n\n");
        }
        compare();
        compare();
        long remembered = strangers.stream()
                .filter(stranger -> watch("a").definedElsewhere("of-" + stranger))
                .count();
        assertTrue(remembered > 0 && remembered < 30, remembered + " are remembered");
    }

    /** One line of a file's length for each of them would fill it as well. */
    @Test
    void aWordThatIsNotAHashIsNotKept() throws Exception {
        define("a", OLD);
        compare();
        Path file = folder.resolve("definitions").resolve("stranger");
        hashes.put("stranger", "0011");
        Files.writeString(file, "0011\nlong " + "x".repeat(1_000_000) + "\n\n");
        compare();
        assertFalse(watch("a").definedElsewhere("long"));

        Files.writeString(file, "0011\nlong 0a1b2c3d\n\n");
        compare();
        assertTrue(watch("a").definedElsewhere("long"));
    }

    @Test
    void aPlantedFileHidesNothingOfTheOthers() throws Exception {
        define("a", NEW);
        define("b", OLD);
        define("c", OLD);
        compare();
        Path target = Files.writeString(folder.resolve("target"), "untouched\n");
        for (String planted : List.of("a", "first", "last")) {
            Files.deleteIfExists(folder.resolve("definitions").resolve(planted));
            Files.createSymbolicLink(folder.resolve("definitions").resolve(planted), target);
            hashes.put(planted, planted.equals("a") ? define("a", NEW + OTHER) : "0011");
        }
        for (int beat = 0; beat < 2; beat++) {
            String found = String.valueOf(
                    assertThrows(StorageException.class, () -> watch("a").compare(live()))
                            .getMessage());
            assertTrue(found.contains("definitions/a is a link"), found);
        }
        assertTrue(watch("a").minority("report").isPresent(), "two of three have another one");
        assertEquals("untouched\n", Files.readString(target));

        for (String planted : List.of("a", "first", "last")) {
            Files.delete(folder.resolve("definitions").resolve(planted));
        }
        define("a", OLD);
        assertEquals(List.of(), held());
    }

    @Test
    void twoHostsThatDisagreeBothGoOn() throws Exception {
        define("a", OLD);
        define("b", NEW);
        assertEquals(List.of(), held());
    }

    @Test
    void aChangeIsNotHeldAgainstAHostAtOnce() throws Exception {
        define("a", OLD);
        define("b", OLD);
        define("c", OLD);
        compare();
        define("a", NEW);
        compare();
        assertEquals(Optional.empty(), watch("a").minority("report"));
        compare();
        assertTrue(watch("a").minority("report").isPresent());
    }

    /** The hash follows the clock changes that are to come, by the fleet's year, which all hosts agree on. */
    @Test
    void theHashHoldsWhatTheTimeZoneMeans() throws Exception {
        Collection<JobDefinition> jobs =
                jobs("  report: {schedule: '0 2 * * *', timezone: Europe/Berlin, command: 'true'}\n");
        Instant year = Instant.parse("2026-01-01T00:00:00Z");
        String hash = Fingerprints.of(jobs, year);
        assertEquals(hash, Fingerprints.of(jobs, Instant.parse("2026-12-31T23:59:59Z")));
        assertNotEquals(hash, Fingerprints.of(jobs, Instant.parse("2027-01-01T00:00:00Z")));
        define("a", OLD);
        now = Instant.parse("2027-01-01T00:00:01Z");
        assertEquals(hashes.get("a"), watch("a").refresh(), "nothing changes where the zone is UTC");
    }

    private DefinitionDrift watch(String instance) {
        return Objects.requireNonNull(watches.get(instance));
    }

    /** Those that hold the job {@code report}. */
    private List<String> held() throws IOException {
        compare();
        compare();
        compare();
        return watches.entrySet().stream()
                .filter(watch -> watch.getValue().minority("report").isPresent())
                .map(Map.Entry::getKey)
                .toList();
    }

    private void compare() throws IOException {
        for (DefinitionDrift watch : watches.values()) {
            watch.compare(live());
        }
    }

    private List<Member> live() {
        return hashes.entrySet().stream()
                .map(host -> member(host.getKey(), host.getValue()))
                .toList();
    }

    private String define(String instance, String yaml) throws IOException {
        DefinitionDrift watch = watches.computeIfAbsent(
                instance,
                id -> new DefinitionDrift(
                        new DirectFiles(new SharedRoot(folder), false), new SharedLayout(folder), id, () -> now));
        String hash = watch.define(jobs(yaml));
        hashes.put(instance, hash);
        return hash;
    }

    private Collection<JobDefinition> jobs(String yaml) throws IOException {
        Path main = Files.writeString(folder.resolve("fleetcron.yaml"), "shared_dir: /srv/shared\njobs: [jobs.yaml]\n");
        Files.writeString(folder.resolve("jobs.yaml"), "jobs:\n" + yaml);
        return new ConfigLoader().load(main).config().orElseThrow().jobs().values();
    }

    private Member member(String instance, String definitions) {
        return new Member(
                new Identity(instance, instance, "boot", 42),
                "1.0",
                "ok",
                0,
                definitions,
                new Member.Life(now, now),
                Optional.empty(),
                new Activity(Map.of(), Map.of()));
    }
}
