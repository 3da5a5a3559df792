package io.fleetcron.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.fleetcron.agent.ReadMail;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.control.Control;
import io.fleetcron.control.Span;
import io.fleetcron.fleet.Asked;
import io.fleetcron.notify.WebServer;
import io.fleetcron.notify.WebServer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the agents of a fleet send to a real HTTP server under virtual time. */
class NotifyScenarioTest {
    private static final long PERIOD = 120;
    private static final Instant FIRE = VirtualWorld.BEGIN.plusSeconds(5 * PERIOD);
    private static final List<String> NAMES = List.of("a", "b", "c");

    @TempDir
    Path folder;

    private final WebServer server = new WebServer();
    private final Scene scene = new Scene(Map.of(), "a", "b", "c");

    NotifyScenarioTest() throws IOException {
        IntStream.range(-5, 60).forEach(i -> scene.world().lasts(fire(i), Duration.ofSeconds(1)));
    }

    @AfterEach
    void end() {
        scene.close();
        server.close();
    }

    @Test
    void aRunThatTakesTooLongIsToldOnceWhicheverAgentsDie() throws IOException {
        define("expected: 30s");
        scene.world().lasts(fire(0), Duration.ofSeconds(1000));
        scene.until(fire(0).plusSeconds(50));
        JsonObject told = only();
        assertEquals("late", told.get("event").getAsString());
        assertEquals(fire(0).toString(), told.get("fire").getAsString());
        assertTrue(told.get("text").getAsString().contains(" takes longer than 30s"), told.toString());

        // Whoever watches the job next finds what was told; and so does the one that told it, after a restart.
        String teller = told.get("host").getAsString();
        scene.host(teller).killAgent();
        scene.until(fire(0).plusSeconds(200));
        scene.host(teller).startAgent();
        for (String name : NAMES) {
            if (!name.equals(teller)) {
                scene.host(name).killAgent();
            }
        }
        scene.until(fire(0).plusSeconds(400));
        NAMES.forEach(name -> scene.host(name).startAgent());
        scene.until(fire(0).plusSeconds(900));
        assertEquals(told, only());
    }

    @Test
    void aFireThatNobodyStartsIsToldOnceAndTheNextOneAgain() throws IOException {
        define("late_after: 20s");
        scene.until(fire(0).minusSeconds(30));
        assertEquals(List.of(), told());
        refuseLocks("ENOLCK");
        scene.until(fire(0).plusSeconds(19));
        assertEquals(List.of(), told());
        scene.until(fire(1).minusSeconds(1));
        assertEquals(
                fire(0) + " has not started", only().get("text").getAsString().replace("job is late: fire ", ""));
        refuseLocks("");
        scene.until(fire(2).minusSeconds(1));
        only(); // the next fire started in time
        refuseLocks("ENOLCK");
        scene.until(fire(3).minusSeconds(1));
        assertEquals(2, told().size());
        assertEquals(fire(2).toString(), told().get(1).get("fire").getAsString());
    }

    /** The host whose turn it was is gone with its run; that nothing has succeeded since is told by another, once. */
    @Test
    void noSuccessIsToldOnceASpell() throws IOException {
        define("no_success_for: 150s");
        scene.until(fire(0).plusSeconds(10));
        assertEquals(List.of(), told());
        Instant good = fire(0);
        scene.hosts().forEach(host -> host.userGone(true));
        scene.until(good.plusSeconds(800));
        JsonObject told = only();
        assertTrue(told.get("text").getAsString().startsWith("job is late: no success since "), told.toString());
        scene.host(told.get("host").getAsString()).killAgent();
        scene.until(good.plusSeconds(1000));
        assertEquals(told, only());
    }

    @Test
    void nothingIsLateWhileItIsPausedOrEveryHostIsDrained() throws IOException {
        define("late_after: 20s; no_success_for: 150s");
        scene.until(fire(0).minusSeconds(60));
        Asked asked = new Asked("anna@x", fire(0).minusSeconds(60), "why");
        Span span = new Span(asked, Optional.empty(), Optional.empty());
        scene.ask(List.of(new Control.Pause("job", span)));
        scene.until(fire(3).minusSeconds(60));
        Instant later = fire(3).minusSeconds(60);
        Span drained = new Span(new Asked("anna@x", later, "why"), Optional.empty(), Optional.empty());
        scene.ask(NAMES.stream()
                .map(name -> (Control) new Control.Drain(name, drained))
                .toList());
        scene.until(fire(6));
        assertEquals(List.of(), told());
    }

    /**
     * All agents are killed at one moment of each run's end, which is another one for each fire: before it is recorded, between
     * the record and the notification, while that is sent.
     */
    @Test
    void anEndIsToldWheneverTheAgentsDie() throws IOException {
        int fires = 25;
        define("catch_up: {policy: latest, within: 1h}", "always");
        killAtEachEnd(scene.hosts(), 2, fires);
        Map<String, List<JsonObject>> told = told().stream()
                .collect(Collectors.groupingBy(body -> body.get("fire").getAsString()));
        for (int i = 0; i < fires; i++) {
            String fire = fire(i).toString();
            List<JsonObject> about = told.getOrDefault(fire, List.of());
            assertTrue(!about.isEmpty(), "not told of fire " + i + ", " + fire);
            assertEquals(
                    List.of(scene.world().judge().outcome("job", fire(i))),
                    about.stream()
                            .map(body -> body.get("outcome").getAsString())
                            .distinct()
                            .toList(),
                    fire);
            assertEquals(
                    1, about.stream().map(body -> body.get("id")).distinct().count(), fire);
        }
        assertEquals(List.of(), scene.problems());
    }

    /** The same for a job of every host, whose host nobody takes over from. */
    @Test
    void anEndOfEveryHostIsToldWheneverItsAgentDies() throws IOException {
        int fires = 25;
        define("run_on: every; catch_up: {policy: latest, within: 1h}", "always");
        scene.hosts().stream().skip(1).forEach(host -> host.reload(VirtualFleet.config(Map.of())));
        killAtEachEnd(List.of(scene.host("a")), 1, fires);
        Map<String, List<JsonObject>> told = told().stream()
                .collect(Collectors.groupingBy(body -> body.get("fire").getAsString()));
        for (int i = 0; i < fires; i++) {
            List<JsonObject> about = told.getOrDefault(fire(i).toString(), List.of());
            assertEquals(
                    List.of(scene.world().judge().outcome("job", fire(i))),
                    about.stream()
                            .map(body -> body.get("outcome").getAsString())
                            .distinct()
                            .toList(),
                    "of fire " + i);
        }
        assertEquals(List.of(), scene.problems());
    }

    /** Mails too, by their rules and by those of `notify`; only what the run wrote may be missing. */
    @Test
    void anEndIsMailedWheneverTheAgentsDie() throws IOException {
        int fires = 25;
        mailsTo("boss@x", "ops@x", "catch_up: {policy: latest, within: 1h}");
        killAtEachEnd(scene.hosts(), 2, fires);
        everyEndIsMailed(fires, "boss@x", "ops@x");
        someAreOfAgentsThatEnded();
        assertEquals(List.of(), scene.problems());
    }

    /** One of them stays away until the others have taken over from it. */
    @Test
    void anEndIsMailedByAnotherAgentIfItsOwnIsGone() throws IOException {
        int fires = 25;
        mailsTo("boss@x", "ops@x", "catch_up: {policy: latest, within: 1h}");
        for (int i = 0; i < fires; i++) {
            scene.world().lasts(fire(i), Duration.ofMillis(500));
            scene.until(fire(i).plusMillis(500 + 2L * i));
            scene.hosts().forEach(VirtualHost::killAgent);
            String gone = scene.world().judge().hosts("job", fire(i).minusMillis(1)).stream()
                    .findFirst()
                    .orElse("a");
            scene.until(fire(i).plusSeconds(1));
            scene.hosts().stream().filter(host -> !host.name().equals(gone)).forEach(VirtualHost::startAgent);
            scene.until(fire(i).plusSeconds(PERIOD - 10));
            scene.host(gone).startAgent();
        }
        scene.until(fire(fires + 2));
        everyEndIsMailed(fires, "boss@x", "ops@x");
        someAreOfAgentsThatEnded();
        assertEquals(List.of(), scene.problems());
    }

    @Test
    void anEndOfEveryHostIsMailedWheneverItsAgentDies() throws IOException {
        int fires = 25;
        mailsTo("boss@x", "ops@x", "run_on: every; catch_up: {policy: latest, within: 1h}");
        scene.hosts().stream().skip(1).forEach(host -> host.reload(VirtualFleet.config(Map.of())));
        killAtEachEnd(List.of(scene.host("a")), 1, fires);
        everyEndIsMailed(fires, "boss@x", "ops@x");
        assertEquals(List.of(), scene.problems());
    }

    /**
     * The agents of these hosts are killed at a moment of each run's end, and started again; until history has all.
     *
     * @param later by how many milliseconds the moment is later for each fire
     */
    private void killAtEachEnd(List<VirtualHost> hosts, long later, int fires) {
        for (int i = 0; i < fires; i++) {
            // The run ends some milliseconds later than that after its fire.
            scene.world().lasts(fire(i), Duration.ofMillis(500));
            scene.until(fire(i).plusMillis(500 + later * i));
            hosts.forEach(VirtualHost::killAgent);
            scene.until(fire(i).plusSeconds(1));
            hosts.forEach(VirtualHost::startAgent);
        }
        scene.until(fire(fires + 2));
    }

    private void mailsTo(String own, String receiver, String keys) throws IOException {
        Files.createDirectory(folder.resolve("mails"));
        Path sendmail = Files.writeString(
                folder.resolve("sendmail"), "#!/bin/sh\nexec cat >" + folder.resolve("mails") + "/$$\n");
        Files.setPosixFilePermissions(sendmail, PosixFilePermissions.fromString("rwx------"));
        FleetConfig config = config(
                "sendmail: " + sendmail + "\nreceivers: {ops: {mail: " + receiver + "}}\n",
                "    mail: {to: " + own + ", on: always}\n    notify: {to: ops, on: always}\n    "
                        + keys.replace("; ", "\n    ") + "\n");
        for (VirtualHost host : scene.hosts()) {
            host.killAgent();
            host.state(folder.resolve(host.name()));
            host.startAgent();
            host.reload(config);
        }
    }

    private void everyEndIsMailed(int fires, String... to) throws IOException {
        Map<String, List<ReadMail>> mails = mails().stream()
                .collect(Collectors.groupingBy(mail -> mail.headers().getOrDefault("X-Fleetcron-Fire", "")));
        for (int i = 0; i < fires; i++) {
            List<ReadMail> about = mails.getOrDefault(fire(i).toString(), List.of());
            String fire = "fire " + i + ", " + fire(i);
            String told = about.stream()
                    .map(mail -> mail.headers().getOrDefault("To", ""))
                    .collect(Collectors.joining(","));
            List.of(to).forEach(address -> assertTrue(told.contains(address), fire + " is not mailed to " + address));
            assertEquals(
                    List.of(scene.world().judge().outcome("job", fire(i))),
                    about.stream()
                            .map(mail -> mail.headers().getOrDefault("X-Fleetcron-Outcome", ""))
                            .distinct()
                            .toList(),
                    fire);
        }
    }

    /** Agents were killed between record and mail, and others have sent it. */
    private void someAreOfAgentsThatEnded() throws IOException {
        assertTrue(mails().stream().anyMatch(mail -> mail.body().contains("ended before it sent this mail")));
    }

    private List<ReadMail> mails() throws IOException {
        List<ReadMail> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder.resolve("mails"))) {
            for (Path file : files.sorted().toList()) {
                all.add(ReadMail.of(Files.readAllBytes(file)));
            }
        }
        return all;
    }

    @Test
    void oneLiveInstanceSaysInEachTurnThatTheFleetIsAlive() throws IOException {
        for (String name : NAMES) {
            scene.host(name).reload(config("heartbeat: {url: '" + server.url() + "/" + name + "', every: 30s}\n", ""));
        }
        Instant seen = VirtualWorld.BEGIN.plusSeconds(60); // by then they know each other
        scene.until(seen);
        int before = server.all().size();
        scene.until(seen.plusSeconds(30 * 20));
        List<String> pings = pings(before);
        assertEquals(20, pings.size());
        assertEquals(NAMES, pings.stream().distinct().sorted().toList());

        String dead = pings.get(19);
        scene.host(dead).killAgent();
        scene.until(seen.plusSeconds(30 * 21)); // until its death is noticed, a turn of its may be lost
        int after = server.all().size();
        scene.until(seen.plusSeconds(30 * 41));
        assertEquals(20, pings(after).size());
        assertTrue(!pings(after).contains(dead), pings(after).toString());
    }

    private void refuseLocks(String errno) {
        scene.hosts().forEach(host -> {
            scene.world().troubles().refuseLocks(host, errno);
            host.refused(!errno.isEmpty());
        });
    }

    private void define(String keys) throws IOException {
        define(keys, "late");
    }

    private void define(String keys, String on) throws IOException {
        FleetConfig config = config(
                "receivers: {chat: {webhook: '" + server.url() + "/chat'}}\n",
                "    notify: {to: chat, on: " + on + "}\n    " + keys.replace("; ", "\n    ") + "\n");
        scene.hosts().forEach(host -> host.reload(config));
    }

    private FleetConfig config(String main, String job) throws IOException {
        Files.writeString(folder.resolve("fleetcron.yaml"), "shared_dir: /mnt/fleet\njobs: [jobs.yaml]\n" + main);
        Files.writeString(
                folder.resolve("jobs.yaml"),
                "jobs:\n  job:\n    every: 2m\n    command: \"true\"\n    user: u\n" + job);
        var loaded = new ConfigLoader().load(folder.resolve("fleetcron.yaml"));
        FleetConfig read = loaded.config().orElseThrow(() -> new AssertionError(loaded.problems()));
        FleetConfig usual = VirtualFleet.config(new TreeMap<>(read.jobs()));
        return new FleetConfig(
                usual.file(),
                usual.share(),
                usual.stateDir(),
                usual.instance(),
                usual.labels(),
                usual.maxRunning(),
                usual.output(),
                read.delivery(),
                usual.metrics(),
                usual.reload(),
                usual.jobs());
    }

    private static Instant fire(int number) {
        return FIRE.plusSeconds(PERIOD * number);
    }

    private JsonObject only() {
        List<JsonObject> all = told();
        assertEquals(1, all.size(), all.toString());
        return all.get(0);
    }

    private List<JsonObject> told() {
        return server.all().stream()
                .map(request -> JsonParser.parseString(request.body()).getAsJsonObject())
                .toList();
    }

    private List<String> pings(int from) {
        return server.all().stream()
                .skip(from)
                .map(Request::uri)
                .map(uri -> uri.substring(1))
                .toList();
    }
}
