package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.crontab.jobs.ImportedItem.Placement;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Guesses whether a command is one host's own business or the fleet's. Only an operator can know. */
final class Placements {
    /** Where output and locks go, and what is asked first, says nothing about what the command works on. */
    private static final Pattern ASIDE = Pattern.compile(
            "\\b(which|type|command -v)\\s[^;&|]*(&&|\\|\\||;)?|\\[\\[?\\s[^\\]]*\\]\\]?|\\btest(\\s+(!|-[a-z]|-a|-o|\\\\!|/\\S*))+|[0-9&]*>{1,2}(\\||&)?\\s*[^\\s;&|]+|<\\s*/dev/null|\\bflock\\b(\\s+-\\S+(\\s+[0-9]+)?)*\\s+\\S+|\\|\\s*(tee|logger)\\b[^|;&]*");

    /** Nothing but an output that goes to a file. */
    private static final Pattern EMPTIES =
            Pattern.compile("\\s*(:|true|cat /dev/null|cp /dev/null|echo( -n)?( ['\"]{2})?)?\\s*>\\s*/\\S+\\s*");

    /** What a command does stands at its start. */
    private static final int MOST_READ = 1_000;

    /** What packages ask for so as not to run their job beside their timer: sd_booted(3). */
    static final String SYSTEMD = "/run/systemd/system";

    private Placements() {}

    /** For a line of a crontab. */
    static Placement of(String command, String expression) {
        if (expression.equals("@reboot")) {
            return sure(RunOn.EVERY, "it belongs to the boot of a host");
        }
        if (EMPTIES.matcher(command).matches()) {
            return sure(RunOn.EVERY, "it empties a file of this host");
        }
        return byRules(
                command,
                command.contains(SYSTEMD)
                        ? sure(RunOn.EVERY, "it asks for systemd: its package runs it on every host")
                        : unsure(RunOn.ONE, "nothing in it says whether it is one host's own"));
    }

    /** For a script of a run-parts folder, of which only the name is known. */
    static Placement ofScript(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return byRules(name, unsure(RunOn.EVERY, "scripts in such folders mostly look after their own host"));
    }

    /** Whether each run of a command does all that there is to do, as one that tidies or measures. */
    static boolean isWhole(String command) {
        return EMPTIES.matcher(command).matches()
                || firstSign(command).filter(sign -> sign.rule().whole()).isPresent();
    }

    private record Sign(PlacementRules.Rule rule, String found) {}

    private static Optional<Sign> firstSign(String command) {
        String start = command.substring(0, Math.min(command.length(), MOST_READ));
        String text = ASIDE.matcher(start).replaceAll(" ");
        for (PlacementRules.Rule rule : PlacementRules.ALL) {
            Matcher m = rule.pattern().matcher(text);
            if (m.find()) {
                return Optional.of(new Sign(rule, m.group().strip()));
            }
        }
        return Optional.empty();
    }

    private static Placement byRules(String command, Placement otherwise) {
        return firstSign(command)
                .filter(sign -> sign.rule().sure() || !otherwise.sure())
                .map(sign -> {
                    String reason = sign.rule().reason().replace("%s", sign.found());
                    return sign.rule().sure()
                            ? sure(sign.rule().runOn(), reason)
                            : unsure(sign.rule().runOn(), reason);
                })
                .orElse(otherwise);
    }

    private static Placement sure(RunOn runOn, String reason) {
        return new Placement(runOn, reason, true, List.of());
    }

    private static Placement unsure(RunOn runOn, String reason) {
        return new Placement(runOn, "unsure: " + reason, false, List.of());
    }
}
