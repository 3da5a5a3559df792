package io.fleetcron.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.Delivery;
import io.fleetcron.config.Delivery.Heartbeat;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.Receiver;
import io.fleetcron.config.Receiver.Program;
import io.fleetcron.config.Receiver.Webhook;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.config.load.LoadResult;
import io.fleetcron.fleet.RunId;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.lock.FlockDirectory;
import io.fleetcron.loop.ThreadedEventLoop;
import io.fleetcron.notify.Notifier.Place;
import io.fleetcron.notify.WebServer.Answer;
import io.fleetcron.notify.WebServer.Request;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.SharedRoot;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notifications on their way to real HTTP servers and programs that do what they can to prevent it. */
final class NotifierTest {

    private static final Instant NOW = Settlements.BEGIN.plusSeconds(600);
    private static final Duration DEADLINE = Duration.ofMillis(500);
    private static final List<Duration> PAUSES = List.of(Duration.ofMillis(20), Duration.ofMillis(40));

    private volatile Instant now = NOW;

    @TempDir
    Path folder;

    private final List<ThreadedEventLoop> loops = new ArrayList<>();
    private final WebServer server = started();

    private static WebServer started() {
        try {
            return new WebServer();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectories(folder.resolve("members"));
        Files.createDirectories(folder.resolve("jobs"));
    }

    @AfterEach
    void end() {
        loops.forEach(ThreadedEventLoop::close);
        server.close();
    }

    @Test
    void aWebhookGetsTheNotificationAndItsSecretsOnce() throws Exception {
        Path secrets = Files.writeString(folder.resolve("secrets"), "TOKEN='s3cret'\nKEY=k\n");
        Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rw-------"));
        Notifier notifier = notifier(
                "a",
                new Webhook(
                        server.url() + "/hooks/${KEY}",
                        Map.of("authorization", "Bearer ${TOKEN}"),
                        Optional.of("{\"summary\": \"${text}\", \"key\": \"${KEY}\"}"),
                        Optional.of(secrets)));
        notifier.start();
        settle(notifier, Settlements.at(0, "failed"));

        Request request = server.next();
        assertEquals("POST", request.method());
        assertEquals("/hooks/k", request.uri());
        assertEquals("Bearer s3cret", request.headers().get("authorization"));
        assertEquals("application/json", request.headers().get("content-type"));
        assertEquals(
                "{\"summary\": \"payroll failed (exit status 4) on db-1, fire 2026-03-01T03:00:00Z\", \"key\": \"k\"}",
                request.body());
        await("an empty spool", () -> waiting("a").isEmpty());
        notifier.scan(List.of("a"));
        assertEquals(List.of(), server.all());
        assertEquals(Optional.empty(), notifier.summary());
    }

    @Test
    void aServerThatFailsAtFirstIsTriedAgain() throws Exception {
        server.answers(Answer.status(503), Answer.NONE, Answer.status(204));
        Notifier notifier = notifier("a", webhook());
        notifier.start();
        settle(notifier, Settlements.at(0, "failed"));
        Request first = server.next();
        Request second = server.next();
        Request third = server.next();
        assertEquals(first.body(), second.body());
        assertEquals(first.body(), third.body());
        await("an empty spool", () -> waiting("a").isEmpty());
    }

    @Test
    void aServerThatFailsForGoodIsGivenUpAndReported() throws Exception {
        server.answers(Answer.status(500));
        Notifier notifier = notifier("a", webhook());
        notifier.start();
        settle(notifier, Settlements.at(0, "failed"));
        await("the end of it", () -> waiting("a").isEmpty());
        assertEquals(3, server.all().size());
        assertEquals(Optional.of("notifications are lost: receiver ops: status 500"), notifier.summary());

        server.answers(Answer.status(200));
        settle(notifier, Settlements.at(1, "failed"));
        await("a healthy receiver", () -> notifier.summary().isEmpty());
        assertEquals(4, server.all().size());
    }

    @Test
    void whatTheServerRefusesIsNotTriedAgain() throws Exception {
        Notifier notifier = notifier("a", webhook());
        notifier.start();
        server.answers(Answer.status(404));
        settle(notifier, Settlements.at(0, "failed"));
        await(
                "the refusal",
                () -> notifier.summary().filter(it -> it.contains("status 404")).isPresent());
        await("an empty spool", () -> waiting("a").isEmpty());
        assertEquals(1, server.all().size());
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        try (WebServer elsewhere = new WebServer()) {
            server.answers(Answer.redirect(elsewhere.url() + "/"));
            Notifier notifier = notifier("a", webhook());
            notifier.start();
            settle(notifier, Settlements.at(0, "failed"));
            await(
                    "the reason",
                    () -> notifier.summary()
                            .filter(it -> it.contains("redirects"))
                            .isPresent());
            await("an empty spool", () -> waiting("a").isEmpty());
            assertEquals(1, server.all().size());
            assertEquals(List.of(), elsewhere.all());
        }
    }

    @Test
    void aServerThatNeverAnswersHoldsUpNobodyElse() throws Exception {
        try (WebServer other = new WebServer()) {
            server.answers(Answer.NEVER);
            Notifier notifier = notifier(
                    "a",
                    Map.of("ops", webhook(), "chat", webhook(other)),
                    Optional.empty(),
                    "notify: [ops, chat]",
                    Duration.ofDays(1));
            notifier.start();
            settle(notifier, Settlements.at(0, "failed"));
            other.next();
            server.next();
            await("what is left", () -> waiting("a").equals(List.of("ops,payroll,1772334000000,1,failed.json")));
        }
    }

    @Test
    void aServerThatNeverAnswersIsGivenUp() throws Exception {
        server.answers(Answer.NEVER);
        Notifier notifier = notifier("a", webhook());
        notifier.start();
        settle(notifier, Settlements.at(0, "failed"));
        await("the end of it", () -> waiting("a").isEmpty());
        assertTrue(
                notifier.summary().orElse("").contains("no answer within"),
                notifier.summary().toString());
    }

    @Test
    void aServerThatIsNotThereIsReported() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Notifier notifier =
                notifier("a", new Webhook("http://127.0.0.1:" + port, Map.of(), Optional.empty(), Optional.empty()));
        notifier.start();
        settle(notifier, Settlements.at(0, "failed"));
        await("the end of it", () -> waiting("a").isEmpty());
        assertTrue(
                notifier.summary().orElse("").contains("connection refused"),
                notifier.summary().toString());
    }

    @Test
    void requestsGoThroughTheProxy() throws Exception {
        Notifier notifier = notifier(
                "a",
                Map.of(
                        "ops",
                        new Webhook("http://chat.example.com/hooks/x", Map.of(), Optional.empty(), Optional.empty())),
                Optional.of(URI.create(server.url())),
                "notify: ops",
                DEADLINE);
        notifier.start();
        settle(notifier, Settlements.at(0, "failed"));
        Request request = server.next();
        assertEquals("http://chat.example.com/hooks/x", request.uri());
        assertTrue(request.body().startsWith("{\"text\":\"payroll failed"), request.body());
    }

    @Test
    void secretsThatOthersMayWriteAreNotRead() throws Exception {
        Path secrets = Files.writeString(folder.resolve("secrets"), "URL=" + server.url() + "\n");
        Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rw-rw-rw-"));
        Notifier notifier = notifier("a", new Webhook("${URL}", Map.of(), Optional.empty(), Optional.of(secrets)));
        notifier.start();
        settle(notifier, Settlements.at(0, "failed"));
        await("the end of it", () -> waiting("a").isEmpty());
        assertTrue(
                notifier.summary().orElse("").contains("may be written by others"),
                notifier.summary().toString());
        assertFalse(notifier.summary().orElse("").contains(server.url()));
        assertEquals(List.of(), server.all());
    }

    @Test
    void aProgramReadsTheNotification() throws Exception {
        Path said = folder.resolve("said");
        Notifier notifier = notifier(
                "a", new Program(List.of("/bin/sh", "-c", "cat > " + said + ".new; mv " + said + ".new " + said)));
        notifier.start();
        settle(notifier, Settlements.at(0, "lost"));
        await("what it read", () -> Files.exists(said));
        assertTrue(Files.readString(said).startsWith("{\"text\":\"payroll lost on db-1"), Files.readString(said));
        await("an empty spool", () -> waiting("a").isEmpty());
        assertEquals(
                0,
                Objects.requireNonNull(
                                folder.resolve("state-a/notices-input").toFile().list())
                        .length);
    }

    @Test
    void aProgramThatFailsIsRunAgain() throws Exception {
        Path runs = folder.resolve("runs");
        Notifier notifier =
                notifier("a", new Program(List.of("/bin/sh", "-c", "echo x >> " + runs + "; echo no >&2; exit 3")));
        notifier.start();
        settle(notifier, Settlements.at(0, "failed"));
        await("the end of it", () -> waiting("a").isEmpty());
        assertEquals("x\nx\nx\n", Files.readString(runs));
        assertTrue(
                notifier.summary().orElse("").contains("ended with status 3: no"),
                notifier.summary().toString());
    }

    @Test
    void anotherInstanceSendsWhatADeadOneLeft() throws Exception {
        settle(notifier("a", webhook()), Settlements.at(0, "failed")); // which never starts to send
        assertEquals(1, waiting("a").size());
        Notifier other = notifier("b", webhook());
        other.start();
        other.scan(List.of("a", "b"));
        assertEquals(List.of(), server.all());
        assertEquals(1, waiting("a").size());

        other.scan(List.of("b"));
        assertTrue(server.next().body().contains("\"id\":\"payroll/2026-03-01T03:00:00Z/1/a/failed\""));
        await("empty spools", () -> waiting("a").isEmpty() && waiting("b").isEmpty());
        other.scan(List.of("b"));
        assertEquals(List.of(), server.all());
    }

    /** The agent dies after it has prepared a notification: only if the ledger has the settlement was it recorded. */
    @Test
    void whatWasAboutToBeSettledIsSentIfItWas() throws Exception {
        Notifier first = notifier("a", webhook());
        first.start();
        for (int minute = 0; minute < 2; minute++) {
            Settlement settled = Settlements.at(minute, "failed");
            first.settling(job, settled, List.of(settled), "db-1", true);
        }
        first.scan(List.of("a")); // while it lives it may still record them
        assertEquals(2, waiting("a").size());

        Settlement recorded = Settlements.at(0, "failed");
        LedgerRecord record = LedgerRecord.first(job, recorded.fire()).withRecent(List.of(recorded));
        Files.write(
                folder.resolve("jobs/payroll.lock"), LedgerCodec.encode(record).orElseThrow());
        Notifier other = notifier("b", webhook());
        other.start();
        other.scan(List.of("b"));
        assertTrue(server.next().body().contains("\"id\":\"payroll/2026-03-01T03:00:00Z/1/a/failed\""));
        await("empty spools", () -> waiting("a").isEmpty() && waiting("b").isEmpty());
        assertEquals(List.of(), server.all());
    }

    @Test
    void whatWasPreparedIsSentOnceItIsSettled() throws Exception {
        Notifier notifier = notifier("a", webhook());
        notifier.start();
        Settlement settled = Settlements.at(0, "failed");
        notifier.settling(job, settled, List.of(settled), "db-1", true);
        assertEquals(1, waiting("a").size());
        assertEquals(List.of(), server.all());
        settle(notifier, settled);
        server.next();
        await("an empty spool", () -> waiting("a").isEmpty());
        assertEquals(List.of(), server.all());
    }

    @Test
    void theNextAgentSendsWhatTheLastOneLeft() throws Exception {
        settle(notifier("a", webhook()), Settlements.at(0, "failed"));
        notifier("a", webhook()).start();
        server.next();
        await("an empty spool", () -> waiting("a").isEmpty());
    }

    @Test
    void whatIsNotOfTheRightFormIsRemoved() throws Exception {
        Path planted = Files.createDirectories(folder.resolve("notices/dead")).resolve("ops,x.json");
        Files.writeString(planted, "{}");
        Notifier notifier = notifier("a", webhook());
        notifier.start();
        notifier.scan(List.of("a"));
        assertFalse(Files.exists(planted));
        assertEquals(List.of(), server.all());
    }

    @Test
    void whatIsADayOldIsNewsToNobody() throws Exception {
        settle(notifier("a", webhook()), Settlements.at(-1441, "failed"));
        Notifier notifier = notifier("a", webhook());
        notifier.start();
        await("the end of it", () -> waiting("a").isEmpty());
        assertEquals(List.of(), server.all());
    }

    @Test
    void aCheckHearsOfStartAndEndWithOneId() throws Exception {
        Notifier notifier = notifier("a", Map.of(), Optional.empty(), "ping: " + server.url() + "/${job}", DEADLINE);
        notifier.start();
        Settlement failed = Settlements.at(0, "failed");
        notifier.started(failed.run("payroll"));
        settle(notifier, failed);
        Request begun = server.next();
        Request ended = server.next();
        assertEquals("GET", begun.method());
        String id = begun.uri().replaceFirst("^/payroll/start\\?rid=", "");
        assertTrue(id.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), begun.uri());
        assertEquals("/payroll/4?rid=" + id, ended.uri());

        settle(notifier, Settlements.at(1, "succeeded"));
        assertTrue(server.next().uri().startsWith("/payroll?rid="));
        for (String outcome : List.of("timed_out", "killed", "lost", "missed")) {
            settle(notifier, Settlements.at(2, outcome));
            assertTrue(server.next().uri().startsWith("/payroll/fail?rid="), outcome);
        }
        notifier.started(new RunId("other", Settlements.BEGIN, 1, "a"));
        await("an empty spool", () -> waiting("a").isEmpty());
        assertEquals(List.of(), server.all());
    }

    @Test
    void oneOfTheLiveInstancesSaysInEachTurnThatTheFleetIsAlive() throws Exception {
        List<String> names = List.of("a", "b", "c");
        Map<String, Notifier> fleet = new TreeMap<>();
        for (String name : names) {
            Notifier notifier = notifier(name, webhook());
            notifier.configure(
                    new Delivery(
                            Path.of("/nonexistent/sendmail"),
                            Map.of(),
                            Optional.of(new Heartbeat(server.url() + "/" + name, Duration.ofMinutes(1))),
                            Optional.empty()),
                    Map.of());
            notifier.start();
            fleet.put(name, notifier);
        }
        Set<String> senders = new TreeSet<>();
        for (int turn = 0; turn < 40; turn++) {
            List<String> alive = turn < 20 ? names : List.of("a", "c");
            for (int second = 0; second < 60; second += 5) {
                now = NOW.plusSeconds(60L * turn + second);
                alive.forEach(name -> Objects.requireNonNull(fleet.get(name)).beat(alive));
            }
            await("the turn before this to be over", () -> {
                alive.forEach(name -> Objects.requireNonNull(fleet.get(name)).beat(alive));
                return !server.all().isEmpty();
            });
            senders.add(server.next().uri());
        }
        assertEquals(Set.of("/a", "/b", "/c"), senders);
        loops.forEach(loop -> loop.finish(Duration.ofMinutes(1), () -> {}));
        assertEquals(List.of(), server.all());
    }

    /** Sent later, it would say that a fleet is alive which no longer is. */
    @Test
    void aHeartbeatThatComesWhileAnotherIsTriedIsNotKeptForLater() throws Exception {
        server.answers(Answer.NEVER);
        Notifier notifier = notifier("a", webhook());
        notifier.configure(heartbeat(Optional.of("/beat")), Map.of());
        notifier.start();
        for (int turn = 0; turn < 6; turn++) {
            beat(notifier, turn);
        }
        await("the end of it", () -> notifier.summary().isPresent());
        server.answers(Answer.status(200));
        await("the next one", () -> {
            notifier.beat(List.of("a"));
            return notifier.summary().isEmpty();
        });
        loops.forEach(loop -> loop.finish(Duration.ofMinutes(1), () -> {}));
        assertEquals(4, server.all().size(), "three tries of the first one, and the one after them");
    }

    @Test
    void whatIsNoLongerConfiguredIsNotReported() throws Exception {
        server.answers(Answer.status(404));
        Notifier notifier = notifier(
                "a", Map.of("ops", webhook()), Optional.empty(), "ping: " + server.url() + "/${job}", DEADLINE);
        notifier.configure(heartbeat(Optional.of("/beat")), Map.of("payroll", job));
        notifier.start();
        beat(notifier, 0);
        notifier.started(Settlements.at(0, "failed").run("payroll"));
        await(
                "both refusals",
                () -> notifier.summary().orElse("").endsWith("check of job payroll: status 404, and 1 more"));

        notifier.configure(heartbeat(Optional.empty()), Map.of("payroll", job));
        assertEquals(Optional.of("notifications are lost: check of job payroll: status 404"), notifier.summary());
        notifier.configure(heartbeat(Optional.empty()), Map.of("payroll", job("notify: none")));
        assertEquals(Optional.empty(), notifier.summary());
    }

    @Test
    void aReceiverThatWasRemovedIsNotReported() throws Exception {
        settle(notifier("a", webhook()), Settlements.at(0, "failed"));
        Notifier notifier = notifier("a", Map.of("chat", webhook()), Optional.empty(), "notify: chat", DEADLINE);
        notifier.start();
        await("the end of it", () -> waiting("a").isEmpty());
        assertEquals(Optional.empty(), notifier.summary());
        assertEquals(List.of(), server.all());
    }

    private Delivery heartbeat(Optional<String> path) {
        return new Delivery(
                Path.of("/nonexistent/sendmail"),
                Map.of(),
                path.map(it -> new Heartbeat(server.url() + it, Duration.ofMinutes(1))),
                Optional.empty());
    }

    private void beat(Notifier notifier, int turn) {
        now = NOW.plusSeconds(60L * turn);
        notifier.beat(List.of("a"));
    }

    private Webhook webhook() {
        return webhook(server);
    }

    private static Webhook webhook(WebServer server) {
        return new Webhook(server.url() + "/", Map.of(), Optional.empty(), Optional.empty());
    }

    private Notifier notifier(String instance, Receiver ops) throws IOException {
        return notifier(instance, Map.of("ops", ops), Optional.empty(), "notify: ops", DEADLINE);
    }

    private Notifier notifier(
            String instance, Map<String, Receiver> receivers, Optional<URI> proxy, String key, Duration deadline)
            throws IOException {
        ThreadedEventLoop loop = new ThreadedEventLoop();
        loops.add(loop);
        Path state = Files.createDirectories(folder.resolve("state-" + instance));
        SharedRoot root = new SharedRoot(folder);
        Notifier notifier = new Notifier(
                new Place(
                        new DirectFiles(root, false),
                        folder.resolve("notices"),
                        new FlockDirectory(root, folder.resolve("jobs"), false)),
                new Place(
                        new DirectFiles(new SharedRoot(state), false),
                        state.resolve("notices"),
                        new FlockDirectory(new SharedRoot(state), state.resolve("jobs"), false)),
                new FlockDirectory(root, folder.resolve("members"), false),
                instance,
                loop,
                () -> now,
                new Courier(state.resolve("notices-input"), deadline),
                PAUSES);
        job = job(key);
        notifier.configure(
                new Delivery(Path.of("/nonexistent/sendmail"), receivers, Optional.empty(), proxy),
                Map.of("payroll", job));
        return notifier;
    }

    private JobDefinition job = job("notify: none");

    private JobDefinition job(String key) {
        try {
            Path main = Files.writeString(
                    Files.createTempDirectory("notify").resolve("fleetcron.yaml"),
                    "shared_dir: /mnt/fleet\njobs: [jobs.yaml]\nreceivers: {ops: {mail: root}, chat: {mail: root}}\n");
            Path jobs = Files.writeString(
                    main.resolveSibling("jobs.yaml"),
                    "jobs:\n  payroll:\n    every: 1m\n    command: /bin/true\n    " + key + "\n");
            LoadResult loaded = new ConfigLoader().load(main);
            Files.delete(jobs);
            Files.delete(main);
            Files.delete(main.getParent());
            return Objects.requireNonNull(loaded.config()
                    .orElseThrow(() -> new AssertionError(loaded.problems()))
                    .jobs()
                    .get("payroll"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void settle(Notifier notifier, Settlement settled) {
        notifier.settled(job, settled, List.of(settled), "db-1", true);
    }

    private List<String> waiting(String instance) {
        Path spool = folder.resolve("notices").resolve(instance);
        if (!Files.exists(spool)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(spool)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException, StorageException {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited in vain for " + what);
            }
            Thread.sleep(5);
        }
    }
}
