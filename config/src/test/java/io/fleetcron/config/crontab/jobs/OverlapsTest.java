package io.fleetcron.config.crontab.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.config.crontab.CronTable.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a line leaves a decision on runs that overlap. */
class OverlapsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "decide | */5 * * * * /opt/shop/queue-worker --once",
                "decide | 0 */6 * * * /opt/shop/tick",
                "decide | */10 * * * * curl -fsS http://localhost/warmup",
                "decide | 0 * * * * cd / && run-parts /srv/hourly",
                "decide | */5 * * * * flock /tmp/x /opt/shop/tick",
                "decide | */5 * * * * flock -w 60 /tmp/x /opt/shop/tick",
                "decide | */5 * * * * timeout 5m /opt/shop/tick",
                "decide | */5 * * * * timeout 1h /opt/shop/tick",
                "decide | */5 * * * * timeout 60 /opt/shop/a; /opt/shop/b",
                "none | */5 * * * * timeout 299 /opt/shop/tick",
                "none | */5 * * * * cd /srv && timeout -k 9 -s INT 4m /opt/shop/tick | grep x",
                "none | */5 * * * * flock -n /tmp/x /opt/shop/tick",
                "none | */5 * * * * /usr/bin/flock -xn 9 /opt/shop/tick",
                "none | */5 * * * * flock -E 7 -n /tmp/x /opt/shop/tick",
                "none | 0 */12 * * * /opt/shop/tick",
                "none | 0 0 * * 0 /opt/shop/tick",
                "none | @reboot /opt/shop/tick",
                "none | 20 * * * * find /var/lib/pgsql/wal_archive -mtime +3 -delete",
                "none | 9,39 * * * * /usr/lib/php/sessionclean",
                "none | */15 * * * * git pull -q --ff-only",
            })
    void onlyWhereARunCanReachItsNextTimeAndSomethingIsLost(String decision, String line) {
        ImportResult imported =
                CrontabImport.of(List.of(Fixtures.table(Kind.USER, line + "\n")), Map.of(), Fixtures.HOST);

        assertEquals(
                List.of(decision.equals("decide")),
                imported.jobs().stream().map(job -> job.overlap().isPresent()).toList(),
                imported.yaml());
    }
}
