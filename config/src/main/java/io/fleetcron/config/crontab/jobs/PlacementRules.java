package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.RunPolicy.RunOn;
import java.util.List;
import java.util.regex.Pattern;

/** What in a command tells where it belongs, the surest signs first. */
final class PlacementRules {

    /**
     * A sign, and what it means.
     *
     * @param runOn where such commands belong
     * @param pattern what to find in the command
     * @param reason for the operator; {@code %s} is what was found
     */
    record Rule(RunOn runOn, Pattern pattern, String reason) {}

    private static final String SHARED = "efs|nfs|net|mnt|media|share|shared|gluster|srv/nfs|cluster";

    /** A path that does not lead to a place that hosts may share, as the last word of a command. */
    private static final String LOCAL_TARGET = "(?<=\\s)/(?!" + SHARED + "|backups?/)[\\w./+-]+(?=\\s*(?:$|[;&|]))";

    /** The first that is found decides. */
    static final List<Rule> ALL = List.of(
            every("\\b(localhost|127\\.0\\.0\\.1)\\b", "it calls %s, which every host has of its own"),
            every(
                    "\\$\\(\\s*(hostname|uname -n)\\b[^)]*\\)|\\$\\{?HOSTNAME\\}?|`hostname[^`]*`",
                    "it asks for the name of its host"),
            one(
                    word(
                            "kubectl|helm|terraform|curator|artisan schedule:run|magento cron:run|drush|wp cron|core-cron"),
                    "%s works for all hosts: once is enough"),
            every("\\S*\\b(restart|reload|graceful)([_.-]\\S*)?(?=\\s|$)", "%s acts on this host's own services"),
            one(
                    word(
                            "manage\\.py|rake|bin/rails|rails|bin/console|console|artisan|magento|nextcloud/cron\\.php|occ|wp"
                                    + "|odoo-bin"),
                    "%s runs a task of an application, whose data hosts share: once is enough"),
            every(
                    word(
                            "logrotate|savelog|logcheck|journalctl|tmpreaper|tmpwatch|systemd-tmpfiles|sessionclean"
                                    + "|updatedb|mandb|man-db|locate|ldconfig|aide|rkhunter|chkrootkit|lynis|debsums|freshclam|clamscan"
                                    + "|tripwire|etckeeper|run-parts|anacron|cracklib|quotacheck|sa-update|sa-learn|geoipupdate"
                                    + "|unbound-anchor|ddclient|amavisd-new-cronjob|exim_tidydb|postqueue|postsuper|maldet|imunify\\S*"),
                    "%s keeps this host's own files and records"),
            every(
                    word(
                            "apt|apt-get|apt-compat|aptitude|dpkg|dpkg-db-backup|rpm|dnf|dnf-automatic|yum|yum-cron|zypper|pacman"
                                    + "|unattended-upgrade|needrestart|popularity-contest|snap|flatpak|kcarectl|freebsd-update|pkg|brew"),
                    "%s works on this host's own packages"),
            every(
                    word(
                            "fstrim|e2scrub|e2scrub_all|e2scrub_all_cron|mdadm|checkarray|raid-check|mdcheck|smartctl|hdparm|lvs"
                                    + "|lvcreate|lvremove|zpool|zfs|sanoid|syncoid|btrfs|btrbk|xfs_fsr|fsck|mount|umount|swapoff"),
                    "%s works on this host's own disks"),
            every("^\\s*sync\\b", "%s works on this host's own disks"),
            every(
                    word(
                            "sa1|sa2|debian-sa1|sadc|sysstat|vmstat|iostat|uptime|df|du|free|atop|sensors|munin-[a-z]+|node_exporter"
                                    + "|monit|check_[a-z_]+|collectd|atop\\.daily|nvidia-smi|ss|netstat|lsof"),
                    "%s measures this host"),
            every(
                    word(
                            "kill|killall|pkill|pgrep|ps|pidof|systemctl|service|initctl|invoke-rc\\.d|rc-service|supervisorctl|pm2"
                                    + "|apachectl|nginx|reboot|shutdown|poweroff|ntpdate|hwclock|chronyc|timedatectl|sysctl|ip|ifconfig|hostname"
                                    + "|iptables(-restore|-save)?|nft|ipset|ufw|firewall-cmd|fail2ban-client|queue:restart|modprobe|nmcli|varnishadm|rndc|kinit|gitlab-runner|at|logger|squid|postfix|exim|doveadm|omreport|vnstat"),
                    "%s acts on this host's own services"),
            every("/etc/(rc\\.d/)?init\\.d/\\S+", "%s is a service of this host"),
            every(
                    "(^|[\\s;&|/])(puppet|chef-client|ansible-pull|salt-call|cfengine|cf-agent|certbot|acme\\.sh|dehydrated|cloud-init)(?![\\w.-])",
                    "%s configures this host"),
            every(
                    "\\b(docker|podman)\\s+(system|image|container|volume|builder|network)?\\s*"
                            + "(prune|restart|start|stop|rm|rmi|ps|auto-update)\\b",
                    "%s acts on this host's own containers"),
            every(
                    "[/-](?:\\S*[/_-])?(watch-?dog|health-?check|heart-?beat|disk|memory|(check[_-]?)?cpu|check[_-]?load|swap|firewall|iptables|fail2ban"
                            + "|temp(erature)?[_-]?(alert|check)|agent|kerberos|motd|snmp|backup[_-]?host|metrics|push[_-]?stats|zabbix|nagios|monitoring|node-exporter)(?=[/._-]|\\s|$)\\S*",
                    "by its name, %s watches or protects this host"),
            every(
                    "/\\S*(rotate|clean(up|ed)?|clear|purge|prune|compress|truncate|trim|free|remove|delete|drop)[_-](\\w+[_-])?"
                            + "(logs?|tmp|temp|cache|caches|cores?|dumps?|inodes?|docker|containers?|images|kernels?|swap|space|queue)\\b\\S*"
                            + "|/\\S*(log|tmp|temp|cache|docker|session)s?[_-](rotate|clean(er|up)?|purge|prune|rotation)\\b\\S*",
                    "by its name, %s tidies this host's own files"),
            one("(?<![\\w.])/(" + SHARED + ")/", "it works below %s, which hosts may share"),
            one(
                    word(
                            "mysqldump|mariadb-dump|pg_dump|pg_dumpall|pg_basebackup|mongodump|mysql|mariadb|psql|redis-cli|sqlplus"
                                    + "|mongo|mongosh|mongoexport|sqlcmd|bq"),
                    "%s works on a database: once is enough"),
            every(
                    "^\\s*(sudo\\s+)?(\\S*/)?(rm|find|truncate|gzip|bzip2|xz|zstd|tar|chown|chmod|chgrp|setfacl|touch|mkdir)\\s[^;&|]*/\\S+",
                    "it tidies files that every host has of its own"),
            every(
                    "\\b(rsync|aws s3 (sync|cp)|gsutil\\s\\S*\\s?rsync|cp|scp|wget)\\s[^;&|]*?" + LOCAL_TARGET,
                    "it copies into a directory of this host"),
            every(
                    "\\bgit\\s+(-C\\s+\\S+\\s+)?(pull|fetch|reset|checkout)\\b|\\bsvn\\s+up(date)?\\b",
                    "%s updates files of this host"),
            every(
                    "(?<![\\w.])/(var/log|var/cache|var/tmp|var/spool|var/lib|var/mail|var/crash|var/run|var/lock|tmp|proc|sys|dev|run|etc|boot)(?=[/\\s\"';)]|$)(?!/null)",
                    "it works below %s, which every host has of its own"),
            one(
                    word("aws|gsutil|gcloud|az|s3cmd|rclone|restic|borg|duplicity|rsync|scp|sftp|lftp|ftp"),
                    "%s works on what is stored elsewhere: once is enough"),
            one(word("curl|wget|http|ssh|nc"), "%s calls another machine: once is enough"),
            one(word("mail|mailx|mutt|sendmail|msmtp"), "%s sends mail: once is enough"),
            one(
                    "[\\w:./-]*(report|invoice|billing|payroll|newsletter|digest|remind|expor|import|etl|feed|scrap|order"
                            + "|customer|subscri|settle|price|sales|campaign|crm|tweet|ldap|batch|expir|statement|ledger|queued_mail)\\w*",
                    "by its name, %s works for all hosts: once is enough"),
            every(
                    "(^|[\\s;&|(])(\\S*/s?bin/)?(?<=/sbin/|/usr/bin/)(?!env|python|perl|php|ruby|node|java|bash|sh\\b|nice|ionice|flock"
                            + "|timeout|rsnapshot)[\\w.-]+|(^|[\\s;&|(])/usr/(lib|lib64|libexec)/\\S+",
                    "%s is a program of the system, and such mostly look after their host"));

    private PlacementRules() {}

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
