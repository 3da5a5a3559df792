package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.cli.option.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong uses: one line that says what was found and, where there is one, the word that was meant. Nothing is done. */
class WrongUseTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "statsu | unknown command `statsu`. Did you mean status? See `fleetcron --help`",
                "frobnicate | unknown command `frobnicate`. See `fleetcron --help`",
                "--verison | unknown option --verison. Did you mean --version?",
                "list --jsno | unknown option --jsno. Did you mean --json?",
                "list --confg x.yaml | Did you mean --config?",
                "list job | unexpected argument `job`",
                "list --config | Missing required parameter",
                "validate --jso | Did you mean --json?",
                "schema extra | unexpected argument `extra`",
                "schema --json | unknown option --json",
                "next --count 0 --schedule @daily | --count must be from 1 to 100000, found 0",
                "next --count many --schedule @daily | 'many' is not an int",
                "next --after yesterday --schedule @daily | `yesterday` is not an instant",
                "next --timezone Europe/Berln --schedule @daily | Did you mean Europe/Berlin?",
                "next --timezone Mars --schedule @daily | `Mars` is not a time zone; write one like Europe/Berlin",
                "next --schedule @dayly | schedule \"@dayly\", column 1: ",
                "next --schedule @daily job | --schedule goes without job names",
                "next --timezone UTC | --timezone, --name and --splay go with --schedule only",
                "next --splay 5m job | --timezone, --name and --splay go with --schedule only",
                "next --splay 5m --schedule @daily | --splay needs --name JOB",
                "next --splay 5m --schedule | Missing required parameter",
                "next --schedule | Missing required parameter",
                "explain | give an expression, or --job JOB",
                "explain 61 | column 1",
                "explain @daily --splay soon | `soon` is not a valid length of time",
                "explain @daily --name a --splay 2d | --splay: a splay of more than a day; write at most 24h",
                "explain @daily --name a --splay 500ms | --splay: a period must be a whole number of seconds",
                "explain @daily more | unexpected argument `more`",
                "history --since noon | `noon` is not an instant",
                "history --outcome mised | `mised` is not an outcome. Did you mean missed?",
                "history --outcome good | `good` is not an outcome; they are succeeded, failed",
                "history --limit 0 | --limit must be at least 1, found 0",
                "history one two | unexpected argument `two`",
                "history --timeout 5 | `5` is not a valid length of time",
                "audit --since noon | `noon` is not an instant",
                "audit --until noon | `noon` is not an instant",
                "audit --since 2026-11-23 --until 2026-11-23 | --since must be before --until",
                "audit --timeout 5 | `5` is not a valid length of time",
                "audit --sicne 2026-11-23 | Did you mean --since?",
                "audit --against cronlog | `cronlog` is not something to compare with; it is crond-log",
                "audit --against | Missing required parameter",
                "audit --host web1=x | --host and --timezone go with --against only",
                "audit --timezone UTC | --host and --timezone go with --against only",
                "audit --against crond-log --timezone Mars | `Mars` is not a time zone",
                "audit --shadwo | Did you mean --shadow?",
                "shadow extra | unexpected argument `extra`",
                "shadow --lable a=b | Did you mean --label?",
                "why | Missing required parameter: 'JOB'",
                "why one noon | `noon` is not an instant",
                "why one 2026-11-23 more | unexpected argument `more`",
                "why --timeout 5 one | `5` is not a valid length of time",
                "status job | unexpected argument `job`",
                "status --config /nowhere/fleetcron.yaml | no such file",
                "doctor extra | unexpected argument `extra`",
                "doctor --prob | Did you mean --probe?",
                "logs | Missing required parameter: 'JOB'",
                "logs --json one | logs prints what the command wrote, byte for byte; --json is for history",
                "logs --folow one | Did you mean --follow?",
                "logs one --fire noon | `noon` is not an instant",
                "completion fish | fish",
                "run | Missing required parameter: 'JOB'",
                "run --wiat job | Did you mean --wait?",
                "run one --env A | --env takes NAME=VALUE. See",
                "run one --env =x | --env: `` cannot name a variable: use A-Z a-z 0-9 _",
                "run one --env 1A=x | --env: `1A` cannot name a variable: use A-Z a-z 0-9 _",
                "run one --env FLEETCRON_FIRE=x | names that start with FLEETCRON_ belong to fleetcron",
                "run one --env A=1 --env A=2 | --env A is given twice",
                "run one --env A=x\0y | --env A: it contains a character that no command can be given (NUL or",
                "run one --fire noon | `noon` is not an instant",
                "run one --json | --json goes with --on: here standard output is the command's",
                "run one --id x | --id goes with --on",
                "run one --on any --id a/b | --id: use up to 63 of A-Z a-z 0-9 . _ -",
                "run one --on any --instance x | --instance goes without --on",
                "run one --on | Missing required parameter",
                "import | what is to be imported? Name files, --system, --user NAME or --host NAME=DIR",
                "import --system crontab | --system takes everything; it goes without FILE, --user and --user-column",
                "import --system --user root | --system takes everything",
                "import --user-column --user bob x | --user-column says that the files name their users",
                "import --user a/b | `a/b` cannot be a user: write a name",
                "import --user no-such-user-here | no crontab of no-such-user-here in ",
                "import --sytem | Did you mean --system?",
                "import --timezone Mars x | `Mars` is not a time zone",
                "import /nowhere/crontab | /nowhere/crontab: no such file",
                "import / | /: this folder is neither cron.d, a spool of crontabs nor one of cron.hourly",
                "agent --instance ../../etc | `../../etc` is not a valid instance id; use up to 63 of A-Z a-z 0-9 . _ -",
                "run --instance .. job | `..` is not a valid instance id",
                "doctor --instance a/b | `a/b` is not a valid instance id",
                "logs --instance a~b one | `a~b` is not a valid instance id",
                "settle --instance .. one --to now | `..` is not a valid instance id",
                "agent --instnace x | Did you mean --instance?",
                "pause | Missing required",
                "pause one --reason why | Missing required argument (specify one of these): ",
                "pause one --forever | Missing required option: '--reason=TEXT'",
                "pause one --forever --for 1h --reason why | are mutually exclusive",
                "pause one --for soon --reason why | `soon` is not a valid length of time",
                "pause one --until noon --reason why | `noon` is not an instant",
                "resume | name what is to be resumed, or give --all",
                "resume one --all | --all goes without names",
                "resume ../x | `../x` is not a job's name or a glob: use up to 63 of a-z 0-9 . _ -",
                "resume X* | `X*` is not a job's name or a glob: use up to 63 of a-z 0-9 . _ - * ?",
                "skip | Missing required parameter: 'JOB'",
                "skip one --fires 0 | --fires must be from 1 to 1000, found 0",
                "skip one --fires some | 'some' is not an int",
                "kill | Missing required parameter: 'JOB'",
                "kill one --wait soon | `soon` is not a valid length of time",
                "drain one two | unexpected argument `two`",
                "drain --until 2020-01-01 | 2020-01-01T00:00:00Z has passed already",
                "undrain --all | unknown option --all",
            })
    void saysWhatIsWrongAndWhatWasMeant(String line, String expected) {
        Cli cli = Cli.run(line.split(" "));

        assertAll(
                line,
                () -> assertEquals(ExitCode.USAGE, cli.status()),
                () -> assertEquals("", cli.out()),
                () -> assertTrue(cli.err().contains(expected), cli.err()),
                () -> assertTrue(cli.err().lines().count() <= 2, cli.err()));
    }

    @Test
    void withoutACommandShowsHowToUseIt() {
        Cli cli = Cli.run();

        assertEquals(ExitCode.USAGE, cli.status());
        assertTrue(cli.err().contains("Usage: fleetcron"), cli.err());
    }

    @Test
    void everyCommandExplainsItselfAndItsExitStatus() {
        for (String command : Commands.names()) {
            Cli cli = Cli.run(command, "--help");

            assertEquals(ExitCode.OK, cli.status(), command);
            assertTrue(cli.out().contains("Usage: fleetcron " + command), cli.out());
            assertTrue(cli.out().contains("Exit status:"), cli.out());
        }
    }

    @Test
    void helpNamesEveryCommand() {
        String help = Cli.run("--help").out();

        assertTrue(
                Commands.names().stream()
                        .filter(name -> !name.equals("completion"))
                        .allMatch(help::contains),
                help);
        assertEquals(help, Cli.run("help").out());
    }

    @Test
    void versionIsOneLine() {
        assertTrue(Cli.run("--version").out().matches("fleetcron \\S+\\R"));
    }
}
