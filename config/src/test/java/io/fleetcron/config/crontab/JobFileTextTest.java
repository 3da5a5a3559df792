package io.fleetcron.config.crontab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole job files, character by character. */
class JobFileTextTest {

    private static String body(String yaml) {
        return yaml.substring(yaml.indexOf("jobs:"));
    }

    @Test
    void aUsersCrontab() {
        Imported imported = Fixtures.user("""
                # Set up in 2019

                MAILTO=ops@example.org
                PATH=/opt/bin:/usr/bin:/bin
                # Nightly mail
                30 2 * * mon-fri mail -s "100\\%" joe%Joe,%%done
                @hourly
                """);

        assertEquals("""
                jobs:

                  # Set up in 2019

                  # Nightly mail
                  # crontab:6: 30 2 * * mon-fri mail -s "100\\%" joe%Joe,%%done
                  nightly-mail:
                    schedule: "30 2 * * mon-fri"
                    timezone: Europe/Berlin
                    command: |-
                      exec <<'STDIN'
                      Joe,

                      done
                      STDIN
                      mail -s "100%" joe
                    env:
                      PATH: "/opt/bin:/usr/bin:/bin"
                    # crond mailed its output to ops@example.org.
                    run_on: one # decide: mail sends mail: once is enough
                    overlap: skip # decide: crond would start it after 1d beside a run still going, fleetcron never: \
                skip that fire, queue it, or replace the run

                  # refused: @hourly
                  # crontab:7: refused: there is no command.
                """, body(imported.yaml()));
    }

    @Test
    void anotherUsersLineInBash() {
        Imported imported = Fixtures.system("""
                SHELL=/bin/bash
                @reboot www-data [[ -e /srv/on ]] && exec /srv/run
                """);

        assertEquals("""
                jobs:

                  # crontab:2: @reboot www-data [[ -e /srv/on ]] && exec /srv/run
                  run:
                    # runs as www-data, so the agent must run as root.
                    schedule: "@reboot"
                    timezone: Europe/Berlin
                    command:
                      - /usr/sbin/runuser
                      - "-u"
                      - www-data
                      - "--"
                      - /bin/bash
                      - "-c"
                      - "[[ -e /srv/on ]] && exec /srv/run"
                    working_dir: /var/www
                    env:
                      SHELL: /bin/bash
                    run_on: every # decide: it belongs to the boot of a host
                """, body(imported.yaml()));
    }

    @Test
    void withKeysForAllOfIt() {
        Imported imported = Fixtures.system("""
                SHELL=/bin/bash
                @daily www-data -n cat%one%two
                """);

        assertEquals("""
                jobs:

                  # crontab:2: @daily www-data -n cat%one%two
                  cat:
                    # runs as www-data, so the agent must run as root.
                    schedule: "@daily"
                    timezone: Europe/Berlin
                    user: www-data
                    shell: /bin/bash
                    command: cat
                    stdin: |
                      one
                      two
                    working_dir: /var/www
                    mail: {to: "www-data", on: failure}
                    run_on: one # decide: nothing in it looks like one host's own
                    overlap: skip # decide: crond would start it after 1d beside a run still going, fleetcron never: \
                skip that fire, queue it, or replace the run
                """, body(new JobFileText(new Keys(true, true, true, true)).of(imported)));
    }

    @Test
    void whatCrondMadeOfOddLines() {
        String yaml = Fixtures.user("CRON_TZ=Asia/Tokyo\nRANDOM_DELAY=9\n~ 1 * * * -q -s /opt/a\r\n@daily /opt/b")
                .yaml();

        for (String note : List.of(
                "# CRON_TZ: cronie reads the times in this zone",
                "# RANDOM_DELAY=9: each start",
                "# `~`: cronie chose",
                "# crond did not log its starts",
                "# the line ended with CR LF",
                "# the file ends without a line end",
                "decide: crond too left a fire out")) {
            assertTrue(yaml.contains(note), yaml);
        }
    }

    @Test
    void nothingAtAll() {
        assertEquals("jobs: {}\n", body(Fixtures.user("").yaml()));
    }
}
