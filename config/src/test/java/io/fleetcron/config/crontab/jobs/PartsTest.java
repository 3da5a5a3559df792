package io.fleetcron.config.crontab.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.crontab.Origin;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names and guesses, one by one. */
class PartsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "Nightly backup | x | nightly-backup",
                "== Billing: == | x | billing",
                "Grüße täglich | x | grusse-taglich",
                "m h dom mon dow command | /opt/x | x",
                "0 5 * * * old | /opt/x | x",
                "This one must never be switched off, ask Joe before | /opt/x | x",
                "- | /usr/local/bin/backup.sh --all | backup",
                "- | /opt/billing/run | billing-run",
                "- | cd /srv && FOO=1 nice -n 5 python3 -u load.py | load",
                "- | [ -x /a/b ] && /a/b renew | b-renew",
                "- | flock -n /tmp/x.lock timeout 5m /opt/poll.py | poll",
                "- | test -e /run/x OR /sbin/scrub -A | scrub",
                "- | if [ -x /a/b ]; then /a/b --all; fi | b",
                "- | sudo -u joe /opt/tick | tick",
                "- | '' \"\" | crontab-9",
                "- | true | crontab-9",
                "- | kill -USR1 $(cat /run/nginx.pid) | kill-nginx",
                "- | if [ -x /a/b ]; then echo no > /dev/null; fi | crontab-9",
                "user-name command to be executed | /opt/x | x",
                "min hour dom month dow command | /opt/x | x",
                "- | curl -s https://shop.example.org/cron.php?x=1 > /dev/null 2>&1 | curl-shop.example",
                "- | php /srv/shop/artisan schedule:run >> /dev/null 2>&1 | artisan-schedule-run",
                "- | cd /srv/app && bundle exec rake newsletter:send | rake-newsletter-send",
                "- | find /srv/shop/sessions -mmin +60 -delete | find-sessions",
                "- | bash -c '/opt/poll --all' | poll",
                "- | /usr/share/stats/tools/update.sh | stats-update",
                "- | [ $(date +%d) -le 7 ] && /sbin/scrub | scrub",
                "- | dir=$({ cat /etc/x; } OR echo y); find $dir | find",
                "- | dir=`cat /etc/x`; sweep $dir | sweep",
            })
    void name(String comment, String command, String name) {
        List<String> comments = comment.equals("-") ? List.of() : List.of("# " + comment);
        assertEquals(name, JobNames.of(comments, command.replace("OR", "||"), new Origin("/etc/crontab", 9, "")));
    }

    @Test
    void theEndOfASentenceIsNoTitle() {
        Origin origin = new Origin("x", 1, "");
        List<String> sentence = List.of("# Looks at everything once in", "# a while, and reports");
        List<String> title = List.of("# Ask Joe before.", "# nightly reports");

        assertEquals("look", JobNames.of(sentence, "/opt/look", origin));
        assertEquals("nightly-reports", JobNames.of(title, "/opt/look", origin));
    }

    @Test
    void namesAreKeptApartAndFit() {
        String longest = "/opt/" + "a".repeat(200);
        String same = "@daily /opt/same\n";

        List<String> made =
                Fixtures.user(same + same + "@daily " + longest + "\n@daily " + longest + "\n").jobs().stream()
                        .map(ImportedItem.Job::name)
                        .toList();

        assertEquals(List.of("same", "same-2"), made.subList(0, 2));
        assertEquals(4, made.stream().distinct().count(), made.toString());
        assertTrue(made.stream().allMatch(name -> name.matches("[a-z0-9][a-z0-9._-]{0,62}")), made.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "every; /usr/sbin/logrotate /etc/logrotate.conf; logrotate",
                "every; find /var/log -mtime +30 -delete; it tidies files",
                "every; /opt/sweep /tmp; /tmp",
                "every; apt-get -qq update; apt-get",
                "every; /sbin/fstrim -a; fstrim",
                "every; curl http://localhost/tick; localhost",
                "every; systemctl kill app; systemctl",
                "one; /opt/tick >> /var/log/tick.log 2>&1; unsure",
                "one; /opt/tick > /dev/null; unsure",
                "one; flock -n /tmp/tick.lock /opt/tick; unsure",
                "one; /opt/tick | tee /var/log/tick.log; unsure",
                "one; pg_dump shop > /efs/shop.sql; pg_dump",
                "one; /efs/jobs/run; /efs/",
                "one; curl https://example.org/tick; curl",
                "one; [ -x /etc/app/on ] && /opt/app/tick; unsure",
                "one; test -x /etc/app/on && /opt/app/tick; unsure",
                "every; test -d /run/systemd/system || /usr/share/mail/clean; its package runs it",
                "every; [ -d /run/systemd/system ] || /usr/sbin/logrotate x; logrotate",
                "one; /opt/aptly-tick --service x; unsure",
            })
    void placement(String where, String command, String reason) {
        ImportedItem.Placement placement = Placements.of(command, "@daily");

        assertEquals(where, placement.runOn().name().toLowerCase(Locale.ROOT), placement.reason());
        assertTrue(placement.reason().contains(reason), placement.reason());
    }
}
