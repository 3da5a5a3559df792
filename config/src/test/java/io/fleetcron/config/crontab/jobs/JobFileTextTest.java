package io.fleetcron.config.crontab.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.crontab.CronTable;
import io.fleetcron.config.crontab.CronTable.Kind;
import io.fleetcron.config.crontab.Crond;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole job files, character by character. */
class JobFileTextTest {

    private static String body(String yaml) {
        return yaml.substring(yaml.indexOf("jobs:"));
    }

    @Test
    void aUsersCrontab() {
        ImportResult imported = Fixtures.user("""
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
                    command: 'mail -s "100%" joe'
                    stdin: |
                      Joe,

                      done
                    env:
                      PATH: "/opt/bin:/usr/bin:/bin"
                    mail: {to: "ops@example.org", on: output}
                    run_on: one # mail sends mail: once is enough

                  # refused: @hourly
                  # crontab:7: refused: the command is missing.
                """, body(imported.yaml()));
    }

    @Test
    void anotherUsersLineInBash() {
        ImportResult imported = Fixtures.system("""
                SHELL=/bin/bash
                @reboot www-data [[ -e /srv/on ]] && exec /srv/run
                """);

        assertEquals("""
                jobs:

                  # crontab:2: @reboot www-data [[ -e /srv/on ]] && exec /srv/run
                  run:
                    schedule: "@reboot"
                    timezone: Europe/Berlin
                    user: www-data
                    shell: /bin/bash
                    command: "[[ -e /srv/on ]] && exec /srv/run"
                    mail: {to: www-data, on: output}
                    run_on: every # it belongs to the boot of a host
                """, body(imported.yaml()));
    }

    @Test
    void everythingThatALineCanSay() {
        ImportResult imported = Fixtures.system("""
                SHELL=/bin/bash
                HOME=/srv/app
                MAILTO=ops@example.org,root
                RANDOM_DELAY=90
                @daily www-data -n cat%one%two
                """);

        assertEquals("""
                jobs:

                  # crontab:5: @daily www-data -n cat%one%two
                  cat:
                    # RANDOM_DELAY: cronie chose a delay at each start of crond; splay is one lasting choice, made \
                by the job's name.
                    schedule: "@daily"
                    timezone: Europe/Berlin
                    splay: 1h30m
                    user: www-data
                    shell: /bin/bash
                    command: cat
                    stdin: |
                      one
                      two
                    working_dir: /srv/app
                    env:
                      HOME: /srv/app
                    mail: {to: "ops@example.org, root", on: failure}
                    run_on: one # decide: unsure: nothing in it says whether it is one host's own
                """, body(imported.yaml()));
    }

    @Test
    void whatCrondMadeOfOddLines() {
        String yaml = Fixtures.user("CRON_TZ=Asia/Tokyo\nRANDOM_DELAY=9\n~ * * * * -q -s /opt/a\r\n@daily /opt/b")
                .yaml();

        for (String note : List.of(
                "# CRON_TZ: cronie reads the times in this zone",
                "# RANDOM_DELAY: cronie chose",
                "    splay: 9m\n",
                "# `~`: cronie chose",
                "# crond did not log its starts",
                "# the line ended with CR LF",
                "# the file ends without a line end",
                "# crond too left a fire out while the run before went on (-s).")) {
            assertTrue(yaml.contains(note), yaml);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "MAILTO=; none",
                "MAILTO=\"\"; none",
                "NO_MAIL_OUTPUT=1; none",
                "MAILTO=ops; {to: ops, on: output}",
                "MAILTO = a@example.org , b@example.org ; {to: \"a@example.org, b@example.org\", on: output}",
                "X=1; {to: root, on: output}",
                "MAILTO=-oQ/tmp; none",
                "MAILTO=ops,$LOGNAME; {to: ops, on: output}",
            })
    void mail(String variable, String mail) {
        String yaml = Fixtures.user(variable + "\n@daily /opt/x\n").yaml();

        assertTrue(yaml.contains("    mail: " + mail + "\n"), yaml);
    }

    /** What it does not know neither moves nor refuses a job. */
    @Test
    void debiansCronKnowsNoTimeZoneOfACrontab() {
        for (String zone : List.of("Asia/Tokyo", "Mars/Base")) {
            CronTable table = Fixtures.table(Kind.USER, "CRON_TZ=" + zone + "\n0 3 * * * /opt/a\n");
            String yaml = CrontabImport.of(List.of(table.by(Crond.DEBIAN)), Map.of(), Fixtures.HOST)
                    .yaml();
            assertTrue(yaml.contains("timezone: Europe/Berlin"), yaml);
            assertTrue(yaml.contains("CRON_TZ=" + zone + ": Debian's cron ignores it"), yaml);
        }
    }

    @Test
    void whatIsLeftOutIsSaid() {
        String yaml = Fixtures.user(
                        "MAILTO=ops,$LOGNAME\nMAILFROM=cron@example.org\nRANDOM_DELAY=soon\n@daily /opt/x\n")
                .yaml();

        for (String note : List.of(
                "# MAILTO: $LOGNAME is left out: it is not a plain address.",
                "# MAILFROM=cron@example.org is left out",
                "# RANDOM_DELAY=soon is left out")) {
            assertTrue(yaml.contains(note), yaml);
        }
    }

    @Test
    void whoseCrontabItIsIsSaidWhereItIsKnown() {
        String note = "# Jobs with `user` need an agent that runs as root.\n";
        String system = Fixtures.system("@daily root /opt/x\n").yaml();

        assertTrue(system.contains("    user: root\n") && system.contains(note), system);
        String unknown = Fixtures.user("@daily /opt/x\n").yaml();
        assertTrue(!unknown.contains("user:") && !unknown.contains(note), unknown);
    }

    @Test
    void nothingAtAll() {
        assertEquals("jobs: {}\n", body(Fixtures.user("").yaml()));
    }

    @Test
    void variablesKeepTheirOrder() {
        String yaml = Fixtures.user("E=1\nC=1\nD=1\nA=1\nB=1\n@daily /opt/x\n").yaml();

        assertTrue(
                yaml.contains("      E: \"1\"\n      C: \"1\"\n      D: \"1\"\n      A: \"1\"\n      B: \"1\"\n"),
                yaml);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "0 1 * * * tar cf x-$(date +%F).tar y; an unescaped `%` ended the command",
                "0 1 * * * date '+%F'; an unescaped `%` ended the command",
                "0 0 2 * * 1 cmd; begins like a sixth time field",
                "0 0 2 * * ? cmd; begins like a sixth time field",
                "@daily printf a\\\\b; one backslash of two",
            })
    void whatMayBeAMistakeIsSaid(String line, String note) {
        String yaml = Fixtures.user(line + "\n").yaml();

        assertTrue(yaml.contains("    # ") && yaml.contains(note), yaml);
    }

    @Test
    void whatIsNoMistakeIsNotSaid() {
        String yaml = Fixtures.user("0 1 * * * cat%a%b\n0 1 * * * 7z x y\n0 1 * * * echo 'a' \"b\"%c\n")
                .yaml();

        assertTrue(!yaml.contains("unescaped") && !yaml.contains("sixth"), yaml);
    }
}
