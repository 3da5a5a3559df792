package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Concurrent;
import io.fleetcron.Slow;
import io.fleetcron.ledger.HistoryLine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics of real agents, as Prometheus gets them. */
@Slow
final class MetricsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    @Concurrent
    void whatTwoHostsCountIsWhatHistoryHas() throws Exception {
        try (TestFleet fleet = fleet("two")) {
            fleet.jobs("jobs:\n  good: {every: 1s, command: 'true'}\n  bad: {every: 1s, command: exit 3}\n");
            List<URI> hosts = List.of(freePort(), freePort());
            start(fleet, "a", hosts.get(0));
            start(fleet, "b", hosts.get(1));
            fleet.await("fires", PATIENCE, () -> fleet.history().size() >= 6);
            for (URI host : hosts) {
                fleet.await("both hosts to know both jobs", PATIENCE, () -> {
                    String text = get(host);
                    return value(text, "fleetcron_job_last_success_timestamp_seconds{job_name=\"good\",run_on=\"one\"}")
                                    > 0
                            && value(
                                            text,
                                            "fleetcron_job_failing_since_timestamp_seconds{job_name=\"bad\",run_on=\"one\"}")
                                    > 0
                            && value(text, "fleetcron_instances{state=\"ok\"}") == 2;
                });
            }
            String text = get(hosts.get(0));
            assertEquals(3, value(text, "fleetcron_job_last_exit_status{job_name=\"bad\",run_on=\"one\"}"), text);
            assertEquals(0, value(text, "fleetcron_job_last_exit_status{job_name=\"good\",run_on=\"one\"}"), text);
            assertEquals(1, value(text, "fleetcron_job_longest_gap_seconds{job_name=\"good\",run_on=\"one\"}"), text);
            assertEquals(1, value(text, "fleetcron_storage_healthy{storage=\"shared\"}"), text);
            assertEquals(1, value(text, "fleetcron_config_last_reload_successful"), text);
            assertTrue(
                    value(text, "fleetcron_storage_operation_duration_seconds_count{operation=\"write\"}") > 0, text);

            fleet.stop("a");
            fleet.stop("b");
            String files = Files.readString(file("a")) + Files.readString(file("b"));
            for (String job : List.of("good", "bad")) {
                assertEquals(
                        fleet.history().stream()
                                .map(HistoryLine::job)
                                .filter(job::equals)
                                .count(),
                        (long) sum(files, "fleetcron_fires_total\\{job_name=\"" + job + "\",outcome=\"[a-z_]*\"}"),
                        files);
            }
            assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file("a"))));
        }
    }

    @Test
    @Concurrent
    void anAgentWithoutThemLoadsNothingOfIt() throws Exception {
        Path loaded = folder.resolve("loaded");
        try (TestFleet fleet = fleet("none")) {
            fleet.jobs("jobs:\n  job: {every: 1s, command: 'true'}\n");
            fleet.under("a", "env", "JDK_JAVA_OPTIONS=-Xlog:class+load=info:file=" + loaded + ":none:filecount=0");
            fleet.start("a");
            fleet.await("fires", PATIENCE, () -> fleet.history().size() >= 2);
            fleet.stop("a");

            String classes = Files.readString(loaded);
            assertTrue(classes.contains("io.fleetcron.claim.JobLock "), "the log of loaded classes is another one");
            for (String none : List.of("io.prometheus.", "io.fleetcron.metrics.", "com.sun.net.httpserver.")) {
                assertFalse(
                        classes.contains(none),
                        () -> none + ": "
                                + classes.lines()
                                        .filter(line -> line.contains(none))
                                        .toList());
            }
        }
    }

    private TestFleet fleet(String name) throws IOException {
        return new TestFleet(folder.resolve(name));
    }

    private Path file(String instance) {
        return folder.resolve(instance + ".prom");
    }

    private void start(TestFleet fleet, String instance, URI address) throws IOException {
        String main = Files.readString(fleet.config()).replaceAll("metrics: .*\n", "");
        Files.writeString(
                fleet.config(),
                main + "metrics: {textfile: " + file(instance) + ", listen: \"127.0.0.1:" + address.getPort()
                        + "\"}\n");
        fleet.start(instance);
    }

    private static URI freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + free.getLocalPort() + "/metrics");
        }
    }

    private static String get(URI uri) {
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return ""; // not there yet
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Of a sample; -1 if there is none. */
    private static double value(String text, String sample) {
        return text.lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElse(-1);
    }

    private static double sum(String text, String sample) {
        Matcher matcher = Pattern.compile(sample + " (\\S+)").matcher(text);
        return Stream.iterate(matcher.find(), found -> found, found -> matcher.find())
                .mapToDouble(found -> Double.parseDouble(matcher.group(1)))
                .sum();
    }
}
