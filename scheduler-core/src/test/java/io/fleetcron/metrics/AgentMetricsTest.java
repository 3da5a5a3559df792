package io.fleetcron.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.config.Delivery;
import io.fleetcron.config.Delivery.Heartbeat;
import io.fleetcron.config.Metrics;
import io.fleetcron.config.Receiver.MailBox;
import io.fleetcron.config.Receiver.Program;
import io.fleetcron.fleet.HandTurnedTime;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.look.LockAttempt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AgentMetricsTest {

    private static final Instant FIRE = Instant.parse("2026-03-01T03:00:00Z");

    private final AgentMetrics metrics = new AgentMetrics(Metrics.NONE, new HandTurnedTime(FIRE, () -> {}), 64);

    @Test
    void settledFiresAreCountedWithTheirRuns() {
        metrics.settled(
                "job",
                List.of(
                        of("\"outcome\":\"succeeded\",\"attempts\":2,\"started\":\"" + FIRE.plusSeconds(2)
                                + "\",\"ended\":\"" + FIRE.plusSeconds(12) + "\""),
                        of("\"outcome\":\"lost\",\"attempts\":1,\"started\":\"" + FIRE.plusSeconds(400)
                                + "\",\"ended\":\"" + FIRE.plusSeconds(900) + "\""),
                        of("\"outcome\":\"missed\",\"attempts\":0,\"through\":\"" + FIRE.plusSeconds(120)
                                + "\",\"count\":3,\"ended\":\"" + FIRE.plusSeconds(900) + "\""),
                        of("\"outcome\":\"failed\",\"trigger\":\"manual\",\"attempts\":1,\"started\":\""
                                + FIRE.plusSeconds(7200) + "\",\"ended\":\"" + FIRE.plusSeconds(7230) + "\"")));

        assertEquals("1.0", value("fleetcron_fires_total{job_name=\"job\",outcome=\"succeeded\"}"));
        assertEquals("3.0", value("fleetcron_fires_total{job_name=\"job\",outcome=\"missed\"}"));
        assertEquals("4.0", value("fleetcron_run_attempts_total{job_name=\"job\"}"));
        assertEquals("2", value("fleetcron_start_delay_seconds_count{job_name=\"job\"}"), "not of a run by hand");
        assertEquals("402.0", value("fleetcron_start_delay_seconds_sum{job_name=\"job\"}"));
        assertEquals("2", value("fleetcron_run_duration_seconds_count{job_name=\"job\"}"), "nobody knows a lost run's");
        assertEquals("40.0", value("fleetcron_run_duration_seconds_sum{job_name=\"job\"}"));
    }

    @Test
    void runsInProgressAndFencedOnes() {
        metrics.began(new RunId("a", FIRE, 1, "web1"));
        metrics.began(new RunId("b", FIRE, 1, "web1"));
        assertEquals("2.0", value("fleetcron_runs_running"));
        metrics.over(new RunId("a", FIRE, 1, "web1"), end(Outcome.FENCED));
        metrics.over(new RunId("b", FIRE, 1, "web1"), end(Outcome.FAILED));

        assertEquals("0.0", value("fleetcron_runs_running"));
        assertEquals("1.0", value("fleetcron_runs_fenced_total"));
        assertEquals("64.0", value("fleetcron_runs_allowed"));
    }

    @Test
    void claimsNotificationsAndReloads() {
        metrics.tried(new LockAttempt.Failed(new IOException("EIO")));
        metrics.tried(new LockAttempt.Elsewhere(Optional.empty()));
        metrics.tried(new LockAttempt.Elsewhere(Optional.empty()));
        metrics.notifications().accept("chat", true);
        metrics.notifications().accept("chat", false);
        metrics.applied(List.of(), delivery());
        metrics.refused();

        assertEquals("1.0", value("fleetcron_claims_total{result=\"failed\"}"));
        assertEquals("2.0", value("fleetcron_claims_total{result=\"elsewhere\"}"));
        assertEquals("1.0", value("fleetcron_notifications_total{receiver=\"chat\",result=\"delivered\"}"));
        assertEquals("1.0", value("fleetcron_notifications_total{receiver=\"chat\",result=\"failed\"}"));
        assertEquals("0.0", value("fleetcron_config_last_reload_successful"));
    }

    /** Prometheus sees no increase in a counter that begins with 1. */
    @Test
    void whatMayFailIsCountedFromZero() {
        metrics.applied(List.of(), delivery());
        for (String receiver : List.of("chat", "mail", "heartbeat")) {
            assertEquals(
                    "0.0",
                    value("fleetcron_notifications_total{receiver=\"" + receiver + "\",result=\"failed\"}"),
                    receiver);
        }
        assertEquals("none", value("fleetcron_notifications_total{receiver=\"boss\",result=\"failed\"}"));
        for (String result : List.of("failed", "in_doubt", "unfit", "full", "group_full")) {
            assertEquals("0.0", value("fleetcron_claims_total{result=\"" + result + "\"}"), result);
        }
    }

    private static Delivery delivery() {
        return new Delivery(
                Path.of("/usr/sbin/sendmail"),
                Map.of("chat", new Program(List.of("/bin/chat")), "boss", new MailBox(List.of("boss"))),
                Optional.of(new Heartbeat("http://127.0.0.1/", Duration.ofMinutes(1))),
                Optional.empty());
    }

    private static RunEnd end(Outcome outcome) {
        return new RunEnd(outcome, OptionalInt.empty(), 1, FIRE);
    }

    private static Settlement of(String members) {
        String json = "{\"job\":\"job\",\"fire\":\"" + FIRE + "\",\"instance\":\"a\",\"token\":1," + members + "}";
        return HistoryLine.parse(json)
                .orElseThrow(() -> new AssertionError(json))
                .settlement();
    }

    private String value(String sample) {
        return new String(metrics.text(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .map(line -> line.substring(sample.length() + 1))
                .findFirst()
                .orElse("none");
    }
}
