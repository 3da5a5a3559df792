package io.fleetcron.config.crontab.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.crontab.Origin;
import java.util.Arrays;
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
                "- | 'a b' \"c\" | crontab-9",
                "- | true | crontab-9",
                "- | /usr/share/stats/tools/update.sh | stats-update",
                "- | [ $(date +%d) -le 7 ] && /sbin/scrub | scrub",
                "- | dir=$({ cat /etc/x; } OR echo y); find $dir | find",
                "- | dir=`cat /etc/x`; sweep $dir | sweep",
            })
    void name(String comment, String command, String name) {
        List<String> comments = comment.equals("-") ? List.of() : List.of("# " + comment);
        assertEquals(name, new JobNames().of(comments, command.replace("OR", "||"), new Origin("/etc/crontab", 9, "")));
    }

    @Test
    void theEndOfASentenceIsNoTitle() {
        Origin origin = new Origin("x", 1, "");
        List<String> sentence = List.of("# Looks at everything once in", "# a while, and reports");
        List<String> title = List.of("# Ask Joe before.", "# nightly reports");

        assertEquals("look", new JobNames().of(sentence, "/opt/look", origin));
        assertEquals("nightly-reports", new JobNames().of(title, "/opt/look", origin));
    }

    @Test
    void namesAreKeptApartAndFit() {
        JobNames names = new JobNames();
        Origin origin = new Origin("x", 1, "");
        String longest = "/opt/" + "a".repeat(200);

        List<String> made = Arrays.asList(
                names.of(List.of(), "/opt/same", origin),
                names.of(List.of(), "/opt/same", origin),
                names.of(List.of(), longest, origin),
                names.of(List.of(), longest, origin));

        assertEquals(4, made.stream().distinct().count(), made.toString());
        assertTrue(made.stream().allMatch(name -> name.matches("[a-z0-9][a-z0-9._-]{0,62}")), made.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "every; /usr/sbin/logrotate /etc/logrotate.conf; logrotate",
                "every; find /var/log -mtime +30 -delete; /var/log",
                "every; find /tmp -delete; /tmp",
                "every; apt-get -qq update; apt-get",
                "every; /sbin/fstrim -a; fstrim",
                "every; curl http://localhost/tick; localhost",
                "every; systemctl restart app; systemctl",
                "one; /opt/report >> /var/log/report.log 2>&1; nothing",
                "one; /opt/report > /dev/null; nothing",
                "one; flock -n /tmp/report.lock /opt/report; nothing",
                "one; /opt/report | tee /var/log/report.log; nothing",
                "one; pg_dump shop > /efs/shop.sql; pg_dump",
                "one; /efs/jobs/run; /efs/",
                "one; curl https://example.org/tick; curl",
                "one; [ -x /etc/app/on ] && /opt/app/report; nothing",
                "one; test -x /etc/app/on && /opt/app/report; nothing",
                "every; test -d /run/systemd/system || /usr/share/mail/clean; its package runs it",
                "every; [ -d /run/systemd/system ] || /usr/sbin/logrotate x; logrotate",
                "one; /opt/apt-report --service x; nothing",
            })
    void placement(String where, String command, String reason) {
        ImportedItem.Placement placement = Placements.of(command, "@daily");

        assertEquals(where, placement.runOn().name().toLowerCase(Locale.ROOT), placement.reason());
        assertTrue(placement.reason().contains(reason), placement.reason());
    }
}
