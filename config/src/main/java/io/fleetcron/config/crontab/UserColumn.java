package io.fleetcron.config.crontab;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells from a crontab's text whether its lines seem to name users. It is good for a question, never for an answer. */
public final class UserColumn {
    /** Users of the usual kind; of those that are programs as well, none. */
    private static final Set<String> USERS = Set.of(
            "root",
            "www-data",
            "nobody",
            "daemon",
            "apache",
            "httpd",
            "postgres",
            "wwwrun",
            "ubuntu",
            "ec2-user",
            "centos",
            "debian",
            "admin",
            "deploy",
            "munin",
            "logcheck",
            "smmsp",
            "amavis",
            "debian-spamd",
            "list",
            "backup",
            "news",
            "uucp",
            "nagios",
            "zabbix",
            "jenkins",
            "tomcat",
            "gitlab-runner",
            "vagrant",
            "pi",
            "oracle",
            "app",
            "www");

    private static final Pattern LINE = Pattern.compile(
            "(?:@[a-z]+|(?:[0-9*][\\w*,/~-]*[ \\t]+){3}(?:[\\w*,/~-]+[ \\t]+)[\\w*,/~-]+)[ \\t]+(\\S+)[ \\t]+\\S.*");

    private UserColumn() {}

    /** The users that all lines with a command seem to name. Empty if one does not. */
    public static Optional<String> in(List<TextLine> lines) {
        Set<String> found = new HashSet<>();
        for (TextLine line : lines) {
            if (line.isEntry()) {
                Matcher m = LINE.matcher(line.text().strip());
                if (!m.matches() || !USERS.contains(m.group(1))) {
                    return Optional.empty();
                }
                found.add(m.group(1));
            }
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", new TreeSet<>(found)));
    }
}
