package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.Mail;
import io.fleetcron.config.RunPolicy.CatchUp;
import io.fleetcron.config.crontab.Origin;
import io.fleetcron.config.crontab.jobs.ImportedItem.Dropped;
import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import io.fleetcron.config.crontab.jobs.ImportedItem.LeftOut;
import io.fleetcron.config.crontab.jobs.ImportedItem.Placement;
import io.fleetcron.config.crontab.jobs.ImportedItem.Refused;
import io.fleetcron.config.crontab.jobs.ImportedItem.Remark;
import io.fleetcron.config.crontab.jobs.ImportedItem.Task;
import io.fleetcron.config.yaml.Durations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes a job file. Not thread-safe, for one file. */
final class JobFileText {
    private static final String INDENT = "    ";

    private final StringBuilder out = new StringBuilder();

    String of(ImportResult imported) {
        out.append("# Written by `fleetcron import`. Lines with \"decide:\" hold a guess for you to confirm; with"
                + " \"refused:\", a line\n# that is not a job. A job's first comment is the line it was made of.\n");
        boolean users =
                imported.jobs().stream().anyMatch(job -> job.task().user().isPresent());
        out.append(users ? "# Jobs with `user` need an agent that runs as root.\n" : "");
        boolean any = !imported.jobs().isEmpty();
        out.append(any ? "jobs:\n" : "");
        imported.items().forEach(this::item);
        return out.append(any ? "" : "jobs: {}\n").toString();
    }

    private void item(ImportedItem item) {
        if (item instanceof Job job) {
            job(job);
        } else if (item instanceof Remark remark) {
            out.append('\n');
            comments(remark.lines());
        } else if (item instanceof Dropped dropped) {
            dropped(dropped);
        } else if (item instanceof Refused refused) {
            line("refused: ", refused.origin(), refused.comments());
            comment(refused.origin() + ": refused: " + refused.reason() + ".");
        } else if (item instanceof LeftOut left) {
            line("no job: ", left.origin(), left.comments());
            comment(left.origin() + ": no job: " + left.reason() + ".");
        }
    }

    /** Its lines are kept, also the variables: nothing else holds them. */
    private void dropped(Dropped dropped) {
        out.append('\n');
        comment(dropped.place() + ": no job: crond ignored this whole file: "
                + dropped.why().reason() + ".");
        dropped.table().lines().forEach(line -> comment(line.text()));
    }

    private void line(String mark, Origin origin, List<String> comments) {
        out.append('\n');
        comments(comments);
        comment(mark + origin.text().strip());
    }

    private void job(Job job) {
        out.append('\n');
        comments(job.comments());
        comment(job.origin() + ": " + job.origin().text().strip());
        out.append("  ").append(YamlScalar.of(job.name())).append(":\n");
        job.notes()
                .forEach(note ->
                        out.append("    # ").append(YamlScalar.comment(note)).append(".\n"));
        key("schedule", quotedSchedule(job.schedule()), "");
        key("timezone", YamlScalar.of(job.timezone()), "");
        job.splay().ifPresent(splay -> key("splay", Durations.format(splay), ""));
        task(job.task());
        if (!job.catchUp().equals(CatchUp.NONE)) {
            key(
                    "catch_up",
                    "{policy: latest, within: " + Durations.format(job.catchUp().within()) + "}",
                    "");
        }
        Placement placement = job.placement();
        key(
                "run_on",
                placement.runOn().name().toLowerCase(Locale.ROOT),
                (placement.sure() ? "" : "decide: ") + placement.reason());
        if (!placement.hosts().isEmpty()) {
            String hosts = placement.hosts().stream().map(YamlScalar::of).collect(Collectors.joining(", "));
            key("hosts", "[" + hosts + "]", "where its line stood; without it, any host");
        }
        job.overlap()
                .ifPresent(overlap -> key("overlap", "skip", (overlap.decided() ? "" : "decide: ") + overlap.reason()));
    }

    /** Always in quotes, as the documentation tells people to write it. */
    private static String quotedSchedule(String expression) {
        return "\"" + expression + "\"";
    }

    private void task(Task task) {
        task.user().ifPresent(user -> key("user", account(user), ""));
        task.shell().ifPresent(shell -> key("shell", YamlScalar.of(shell), ""));
        block("command", task.command());
        task.stdin().ifPresent(stdin -> block("stdin", stdin));
        task.workingDir().ifPresent(folder -> key("working_dir", YamlScalar.of(folder), ""));
        environment(task);
        key("mail", task.mail().map(JobFileText::mail).orElse("none"), "");
    }

    /** A number stays one for an editor as well. */
    private static String account(String user) {
        return user.matches("0|[1-9][0-9]*") ? user : YamlScalar.of(user);
    }

    private void block(String name, String text) {
        key(name, YamlScalar.block(text, INDENT + "  "), "");
    }

    private void environment(Task task) {
        Map<String, String> env = new LinkedHashMap<>();
        task.home().ifPresent(home -> env.put("HOME", home));
        env.putAll(task.env());
        if (env.isEmpty()) {
            return;
        }
        out.append(INDENT).append("env:\n");
        env.forEach((name, value) -> out.append(INDENT)
                .append("  ")
                .append(YamlScalar.of(name))
                .append(": ")
                .append(YamlScalar.of(value))
                .append('\n'));
    }

    private static String mail(Mail mail) {
        String to = YamlScalar.of(String.join(", ", mail.to()));
        return "{to: " + to + ", on: " + mail.on().name().toLowerCase(Locale.ROOT) + "}";
    }

    private void key(String name, String value, String comment) {
        out.append(INDENT).append(name).append(": ").append(value);
        out.append(comment.isEmpty() ? "" : " # " + YamlScalar.comment(comment)).append('\n');
    }

    private void comments(List<String> lines) {
        lines.forEach(line -> out.append("  ").append(YamlScalar.comment(line)).append('\n'));
    }

    private void comment(String text) {
        out.append("  # ").append(YamlScalar.comment(text)).append('\n');
    }
}
