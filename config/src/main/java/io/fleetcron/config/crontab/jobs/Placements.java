package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.crontab.jobs.ImportedItem.Placement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Guesses whether a command is one host's own business or the fleet's. Only an operator can know. */
final class Placements {
    /** Where output and locks go, and what is asked first, says nothing about what the command works on. */
    private static final Pattern ASIDE = Pattern.compile(
            "\\[\\[?\\s[^\\]]*\\]\\]?|\\btest(\\s+(!|-[a-z]|-a|-o|\\\\!|/\\S*))+|[0-9&]*>{1,2}(\\||&)?\\s*[^\\s;&|]+|<\\s*/dev/null|\\bflock\\b(\\s+-\\S+(\\s+[0-9]+)?)*\\s+\\S+|\\|\\s*(tee|logger)\\b[^|;&]*");

    private record Rule(RunOn runOn, Pattern pattern, String reason) {}

    /** The first that is found decides. {@code %s} in a reason is what was found. */
    private static final List<Rule> RULES = List.of(
            every("\\b(localhost|127\\.0\\.0\\.1)\\b", "it calls %s, which every host has of its own"),
            every(
                    word("logrotate|savelog|logcheck|journalctl|tmpreaper|tmpwatch|systemd-tmpfiles|sessionclean"),
                    "%s tidies this host's own files"),
            every(
                    word(
                            "apt|apt-get|apt-compat|aptitude|dpkg|dpkg-db-backup|rpm|dnf|yum|zypper|unattended-upgrade|needrestart"
                                    + "|popularity-contest|snap|flatpak"),
                    "%s works on this host's own packages"),
            every(
                    word(
                            "fstrim|e2scrub|e2scrub_all|e2scrub_all_cron|mdadm|checkarray|mdcheck|smartctl|hdparm|lvs|zpool|zfs|sanoid"
                                    + "|btrfs|xfs_fsr|mount|umount|swapoff|sync"),
                    "%s works on this host's own disks"),
            every(
                    word(
                            "updatedb|mandb|man-db|locate|ldconfig|aide|rkhunter|chkrootkit|debsums|freshclam|clamscan|tripwire"
                                    + "|etckeeper|run-parts|anacron|cracklib|quotacheck|sa-update|sa-learn|amavisd-new-cronjob"),
                    "%s keeps this host's own records"),
            every(
                    word(
                            "sa1|sa2|debian-sa1|sadc|sysstat|vmstat|iostat|uptime|df|free|atop|sensors|munin-[a-z]+|node_exporter"
                                    + "|monit|check_[a-z_]+|collectd|atop\\.daily"),
                    "%s measures this host"),
            every(
                    word(
                            "systemctl|service|invoke-rc\\.d|rc-service|killall|pkill|reboot|shutdown|ntpdate|hwclock|chronyc"
                                    + "|timedatectl|iptables|nft|ipset|sysctl|ip|ifconfig|hostname"),
                    "%s acts on this host's own services"),
            every(
                    word("puppet|chef-client|ansible-pull|salt-call|cfengine|cf-agent|certbot|acme\\.sh|dehydrated"),
                    "%s configures this host"),
            every(
                    "\\bdocker\\s+(system|image|container|volume|builder)?\\s*prune",
                    "%s tidies this host's own containers"),
            one(
                    "(?<![\\w.])/(efs|nfs|net|mnt|media|shared|gluster|srv/nfs)/",
                    "it works below %s, which hosts may share"),
            every(
                    "(?<![\\w.])/(var/log|var/cache|var/tmp|var/spool|var/lib|var/mail|var/crash|tmp|proc|sys|dev|run|etc|boot)(?=[/\\s\"';)]|$)(?!/null)",
                    "it works below %s, which every host has of its own"),
            one(
                    word(
                            "mysqldump|mariadb-dump|pg_dump|pg_dumpall|pg_basebackup|mongodump|mysql|psql|redis-cli|sqlplus"),
                    "%s works on a database: once is enough"),
            one(
                    word("aws|gsutil|gcloud|az|s3cmd|rclone|restic|borg|duplicity|rsync|scp|sftp|lftp"),
                    "%s works on what is stored elsewhere: once is enough"),
            one(word("curl|wget|http|ssh|nc"), "%s calls another machine: once is enough"),
            one(word("mail|mailx|mutt|sendmail|msmtp"), "%s sends mail: once is enough"));

    /** What packages ask for so as not to run their job beside their timer: sd_booted(3). */
    static final String SYSTEMD = "/run/systemd/system";

    private Placements() {}

    /** For a line of a crontab. */
    static Placement of(String command, String expression) {
        if (expression.equals("@reboot")) {
            return new Placement(RunOn.EVERY, "it belongs to the boot of a host");
        }
        return byRules(
                command,
                command.contains(SYSTEMD)
                        ? new Placement(RunOn.EVERY, "it asks for systemd: its package runs it on every host")
                        : new Placement(RunOn.ONE, "nothing in it looks like one host's own"));
    }

    /** For a script of a run-parts folder, of which only the name is known. */
    static Placement ofScript(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return byRules(name, new Placement(RunOn.EVERY, "scripts in such folders mostly look after their own host"));
    }

    private static Placement byRules(String command, Placement otherwise) {
        String text = ASIDE.matcher(command).replaceAll(" ");
        for (Rule rule : RULES) {
            Matcher m = rule.pattern().matcher(text);
            if (m.find()) {
                return new Placement(
                        rule.runOn(), rule.reason().replace("%s", m.group().strip()));
            }
        }
        return otherwise;
    }

    /** A program by its name, with or without its folder; not a part of a longer word, an argument's value or a file. */
    private static String word(String names) {
        return "(?<![\\w.@=-])(" + names + ")(?![\\w./=@-])";
    }

    private static Rule every(String pattern, String reason) {
        return new Rule(RunOn.EVERY, Pattern.compile(pattern), reason);
    }

    private static Rule one(String pattern, String reason) {
        return new Rule(RunOn.ONE, Pattern.compile(pattern), reason);
    }
}
