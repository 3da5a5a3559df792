package io.fleetcron.cli.audit;

import io.fleetcron.audit.crond.CrondComparison;
import io.fleetcron.audit.crond.CrondComparison.Covered;
import io.fleetcron.audit.crond.CrondLog;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The logs that an audit is to be compared with, by host: files, or standard input. Read as streams, however long they are. */
final class CrondLogs {

    /** Crond's longest command is far shorter. */
    private static final int LONGEST_LINE = 1 << 16;

    private final Map<String, String> sources = new LinkedHashMap<>();

    /**
     * @param hosts as {@code NAME=SOURCE} each
     * @param here this host's name, whose log standard input is if no host is named
     * @throws CommandFailed if they cannot be understood
     */
    CrondLogs(List<String> hosts, String here) throws CommandFailed {
        for (String text : hosts) {
            int equals = text.indexOf('=');
            String name = text.substring(0, Math.max(0, equals));
            String source = text.substring(equals + 1);
            if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*") || source.isEmpty()) {
                throw new CommandFailed(
                        ExitCode.USAGE, "--host " + text + ": write NAME=FILE or NAME=-, with a host's name");
            }
            if (sources.containsKey(name) || (source.equals("-") && sources.containsValue(source))) {
                throw new CommandFailed(
                        ExitCode.USAGE, "--host " + text + ": once for each host, and once for standard input");
            }
            sources.put(name, source);
        }
        if (sources.isEmpty()) {
            sources.put(here, "-");
        }
    }

    /** What was read. */
    record Read(Map<String, Covered> covered, long unreadable) {}

    /**
     * Reads them all.
     *
     * @param zone of stamps that do not name theirs
     * @throws CommandFailed if a file cannot be read, or a log has no line that can
     */
    Read into(CrondComparison comparison, ZoneId zone, Instant now) throws CommandFailed {
        Map<String, Covered> covered = new LinkedHashMap<>();
        long unreadable = 0;
        for (Map.Entry<String, String> source : sources.entrySet()) {
            CrondLog log = new CrondLog(zone, now);
            String host = source.getKey();
            String name = source.getValue().equals("-") ? "standard input" : source.getValue();
            try (InputStream in = source.getValue().equals("-")
                            ? System.in
                            : Files.newInputStream(Path.of(source.getValue()));
                    Reader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                StringBuilder line = new StringBuilder();
                for (int c = lines.read(); c >= 0; c = lines.read()) {
                    if (c == '\n') {
                        log.read(line.toString()).ifPresent(start -> comparison.started(host, start));
                        line.setLength(0);
                    } else if (line.length() < LONGEST_LINE) {
                        line.append((char) c);
                    }
                }
                log.read(line.toString()).ifPresent(start -> comparison.started(host, start));
            } catch (IOException e) {
                throw new CommandFailed(ExitCode.USAGE, "the log of " + host + " cannot be read: " + name + ": " + e);
            }
            if (log.first().isEmpty() || log.last().isEmpty()) {
                throw new CommandFailed(
                        ExitCode.USAGE,
                        "the log of " + host + " (" + name
                                + ") holds no line that can be read; give what `journalctl -t"
                                + " CRON -t CROND -o short-iso` prints, or a file of syslog");
            }
            covered.put(host, new Covered(log.first().get(), log.last().get()));
            unreadable += log.unreadable();
        }
        return new Read(covered, unreadable);
    }
}
