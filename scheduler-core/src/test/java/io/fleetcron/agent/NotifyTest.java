package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.fleetcron.Slow;
import io.fleetcron.notify.WebServer;
import io.fleetcron.notify.WebServer.Answer;
import io.fleetcron.notify.WebServer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notifications of real agents to a real HTTP server. */
@Slow
final class NotifyTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern PING = Pattern.compile("/check/job(?:/(start|fail|[0-9]+))?\\?rid=([0-9a-f-]{36})");

    @TempDir
    Path folder;

    private final WebServer server = new WebServer();

    NotifyTest() throws IOException {}

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void failuresAndTheRecoveryAreReportedOnceEach() throws Exception {
        Path works = folder.resolve("works");
        try (TestFleet fleet = fleet("    notify:\n"
                + "      - {to: chat, on: [failure, recovery]}\n"
                + "      - {to: quiet, on: [failure, recovery], repeat_after: 1h}\n"
                + "    command: 'test -e " + works + " || exit 4'\n")) {
            fleet.start("a");
            fleet.start("b");
            fleet.await("failures", PATIENCE, () -> of("/chat").size() >= 3);
            Files.createFile(works);
            fleet.await("the recovery", PATIENCE, () -> events("/quiet").contains("recovery"));
            long token = fleet.ledger("job").orElseThrow().token();
            fleet.await(
                    "more runs",
                    PATIENCE,
                    () -> fleet.ledger("job").orElseThrow().token() > token + 3);
            fleet.await("the recovery", PATIENCE, () -> events("/chat").contains("recovery"));
            fleet.stop("a");
            fleet.stop("b");

            assertEquals(List.of("failure", "recovery"), events("/quiet"));
            List<String> events = events("/chat");
            assertEquals(1, events.stream().filter("recovery"::equals).count());
            assertEquals("recovery", events.get(events.size() - 1));
            Set<String> ids = new HashSet<>();
            of("/chat").forEach(body -> assertTrue(ids.add(body.get("id").getAsString()), body.toString()));
            JsonObject first = of("/chat").get(0);
            assertEquals("4", first.get("exit").getAsString());
            assertTrue(first.get("text").getAsString().startsWith("job failed (exit status 4) on "));
        }
    }

    @Test
    void aCheckHearsOfEachRun() throws Exception {
        try (TestFleet fleet =
                fleet("    ping: " + server.url() + "/check/${job}\n    command: exit $((FLEETCRON_TOKEN % 2))\n")) {
            fleet.start("a");
            fleet.await("pings", PATIENCE, () -> pings().size() >= 8);
            fleet.stop("a");
            List<Matcher> pings = pings();
            for (int i = 0; i + 1 < 8; i += 2) {
                assertEquals("start", pings.get(i).group(1));
                assertEquals(pings.get(i).group(2), pings.get(i + 1).group(2));
            }
            Set<String> ends = new HashSet<>();
            pings.forEach(ping -> ends.add(String.valueOf(ping.group(1))));
            assertEquals(Set.of("start", "1", "null"), ends);
        }
    }

    @Test
    void aReceiverThatHangsDelaysNoJobAndShowsInTheState() throws Exception {
        server.answers(Answer.NEVER);
        try (TestFleet fleet = fleet("    notify: chat\n    command: exit 4\n")) {
            fleet.start("a");
            server.next();
            long token = fleet.ledger("job").orElseThrow().token();
            fleet.await(
                    "more runs",
                    PATIENCE,
                    () -> fleet.ledger("job").orElseThrow().token() > token + 3);
            server.answers(Answer.status(403));
            fleet.await(
                    "its state",
                    Duration.ofSeconds(90),
                    () -> members().contains("notifications are lost: receiver chat: status 403"));
            assertTrue(fleet.logs().contains("notification not sent to=chat job=job"), fleet.logs());
        }
    }

    @Test
    void anotherInstanceSendsWhatADeadHostCouldNot() throws Exception {
        server.answers(Answer.status(500));
        try (TestFleet fleet = fleet("    notify: {to: chat, on: first_failure}\n    command: exit 4\n")) {
            fleet.start("a");
            JsonObject tried = JsonParser.parseString(server.next().body()).getAsJsonObject();
            fleet.kill("a");
            server.answers(Answer.status(200));
            fleet.start("b");
            fleet.await(
                    "the notification",
                    Duration.ofMinutes(2),
                    () -> of("/chat").stream().anyMatch(body -> body.get("id").equals(tried.get("id"))));
            fleet.await("an empty spool", PATIENCE, () -> fleet.logs().contains("notification sent to=chat job=job"));
            assertTrue(fleet.logs().contains("notifications taken over from instance=a count=1"), fleet.logs());
        }
    }

    private TestFleet fleet(String keys) throws IOException {
        TestFleet fleet = new TestFleet(folder);
        Files.writeString(
                fleet.config(),
                Files.readString(fleet.config()) + "receivers:\n  chat: {webhook: '" + server.url()
                        + "/chat'}\n  quiet: {webhook: '" + server.url() + "/quiet'}\n");
        fleet.jobs("jobs:\n  job:\n    every: 1s\n" + keys);
        return fleet;
    }

    private List<String> events(String uri) {
        return of(uri).stream().map(body -> body.get("event").getAsString()).toList();
    }

    private List<JsonObject> of(String uri) {
        return server.all().stream()
                .filter(request -> request.uri().equals(uri))
                .map(request -> JsonParser.parseString(request.body()).getAsJsonObject())
                .toList();
    }

    private List<Matcher> pings() {
        List<Matcher> pings = new ArrayList<>();
        for (Request request : server.all()) {
            Matcher ping = PING.matcher(request.uri());
            assertTrue(ping.matches(), request.uri());
            pings.add(ping);
        }
        return pings;
    }

    private String members() {
        try {
            return Files.readString(folder.resolve("shared/members/table"));
        } catch (IOException e) {
            return "";
        }
    }
}
