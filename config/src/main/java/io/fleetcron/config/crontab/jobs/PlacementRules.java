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
     * @param sure whether the sign is a good one
     * @param whole whether each run does all that there is to do, so that the next makes up for one that is left out
     */
    record Rule(RunOn runOn, Pattern pattern, String reason, boolean sure, boolean whole) {}

    private static final String SHARED = "efs|nfs|net|mnt|media|share|shared|gluster|srv/nfs|cluster";

    /** A path that does not lead to a place that hosts may share, as the last word of a command. */
    private static final String LOCAL_TARGET = "(?<=\\s)/(?!" + SHARED + "|backups?/)[\\w./+-]+(?=\\s*(?:$|[;&|]))";

    private static final String LOOKS_AFTER =
            "watch-?dog|\\w{0,40}health([_-]?\\w{1,40})?|heart-?beat|disk|memory|(check[_-]?)?cpu|check[_-]?load|swap|firewall|iptables|fail2ban"
                    + "|temp(erature)?[_-]?(alert|check)|agent|kerberos|motd|snmp|metrics|push[_-]?stats|zabbix|nagios"
                    + "|monitoring|node-exporter|(backup|update|upgrade|check)[_-]?(host|server|system|os|vms?)"
                    + "|(host|server|system|os|vm)[_-](backup|update|upgrade|check|info|stats|drift)"
                    + "|(auto|self)[_-]?(update|upgrade|deploy|patch)(er)?|\\w{0,40}(stop[_-]?start|start[_-]?stop)|respawn|keep[_-]?alive"
                    + "|reap(er)?|kill(er)?|doctor|diagnostics";

    private static final String TIDIES =
            "\\w{0,40}(rotate|clean(up|ed)?|clear|purge|prune|compress|truncate|trim|free|remove|delete|drop|archive|move|zip)[_-](\\w{1,40}[_-])?"
                    + "(logs?|tmp|temp|files?|cache|caches|cores?|dumps?|inodes?|docker|containers?|images|kernels?|swap|space|queue)"
                    + "|\\w{0,40}(log|tmp|temp|cache|docker|container|image|session|kernel)s?[_-](rotate|clean(er|up)?|purge|prune|rotation|update)";

    /** Parts of words. */
    private static final String WORKS_FOR_ALL =
            "\\w{0,40}(report|invoice|billing|payroll|newsletter|digest|remind|expor(?!ter\\b)|import|etl|feed"
                    + "|scrap|order|customer|subscri|settle|price|sales|campaign|crm|tweet|ldap|batch|expir|statement|ledger|queued_mail)\\w{0,40}";

    /** What belongs to a service or a part of the system is named after it. */
    private static final String SERVES =
            "(zfs|btrfs|lvm|apt|dnf|yum|docker(?!-compose)|podman|systemd|postfix|nginx|apache2?|httpd|haproxy"
                    + "|squid|named|exim4?|dovecot|sshd?|openvpn|vpn|wireguard|varnish|memcached|host)[_-]\\w{1,40}";

    /** Products of which each host has its own: control panels, agents of clouds, monitoring and hardware. */
    private static final String PRODUCTS =
            "cpanel|psa|plesk|ispconfig|directadmin|hestia|vesta|virtualmin|webmin|zimbra"
                    + "|splunk(forwarder)?|ossec|wazuh|falcon|qualys|nessus(_agent)?|datadog(-agent)?|newrelic|zabbix|aegis|qcloud|rtm"
                    + "|dell|srvadmin|hpe?|MegaRAID|lsi";

    /** Words in a program's name that mostly mean something of its host. */
    private static final String HOSTS_WORDS =
            "docker|containers?|apache2?|httpd|nginx|tomcat\\d*|fpm|haproxy|varnish|squid|daemons?|services?"
                    + "|wifi|wlan|ddns|dyndns|noip|duckdns|ntp|clock|ssl|tls|certs?|certificates?|gpus?|cpus?|temps?|temperatures?"
                    + "|hw|hardware|raid|disks?|ram|mem|memory|fans?|ups|battery|fs|filesystems?|volumes?|quotas?|space"
                    + "|logs?|caches?|tmp|inodes?|conf|configs?|etc|local|homes?|authorized|keys|hosts?|ssh|sshd|sudoers|kernels?"
                    + "|selinux|firewall|fw|pkgs?|packages|updater|mdstat|smartctl|resources|maldet|malware|virus|ipset|iptables|blocklists?|blacklists?|adblock|geoip|restart|reboot|reconnect|respawn|autotune";

    /** A script that is named after what it does alone, in a folder that belongs to no application. */
    private static final String HOSTS_SCRIPT =
            "(?<![\\w./:=-])(?:/(?:opt|usr/local|root|home/\\w{1,40}|srv|data)|~)(?:/(?:scripts?|tools?|s?bin|cron|admin|shell)){0,3}"
                    + "/(?:auto[-_]?)?(?:clean(?:up)?|update|upgrade|monitor(?:ing)?|watch|scan|maintenance|tidy|housekeeping)"
                    + "(?:\\.\\w{1,4})?(?=[\\s\"';|&)]|$)";

    /** And such that mostly mean that it takes data elsewhere. */
    private static final String FLEETS_WORDS =
            "db|sql|mysql|mariadb|postgres|pg|mongo(db)?|database|gdrive|dropbox|s3|glacier"
                    + "|synology|nas|offsite|remote|cloud|ftp|e?mails?|slack|telegram";

    /** Folders and other parts of a name that may stand before a part; bounded, so that no line takes long. */
    private static final String FOLDERS = "(?:[\\w:.~$}{-]{0,60}/){0,30}";

    private static final String PARTS = "(?:[\\w:.-]{0,60}[_.-])?";

    /** What may follow it. */
    private static final String END = "(?=[._\\s\"';)-]|$)[\\w.:-]*(?=[\\s\"';)]|$)";

    private static final String BY_NAME_FOR_ALL = "by its name, %s works for all hosts: once is enough";

    /** The first that is found decides. */
    static final List<Rule> ALL = List.of(
            one(
                    "\\b(curl|wget)\\b[^|;&]*(-X\\s*|--request[ =]|--method=)(POST|PUT|PATCH|DELETE)\\b",
                    "%s changes what an application keeps: once is enough"),
            everyInParts("\\b(localhost|127\\.0\\.0\\.1)\\b", "it calls %s, which every host has of its own"),
            every("\\b(curl|wget)\\b[^|;&]*\\|\\s*(sudo\\s+)?(ba|da)?sh\\b", "it runs on this host what it fetches"),
            every(
                    "\\$\\(\\s*(hostname|uname -n)\\b[^)]*\\)|\\$\\{?HOSTNAME\\}?|`hostname[^`]*`",
                    "it asks for the name of its host"),
            one(
                    word(
                            "kubectl|helm|terraform|curator|artisan schedule:run|magento cron:run|drush|wp cron|core-cron"),
                    "%s works for all hosts: once is enough"),
            every("\\S*\\b(restart|reload|graceful)([_.-]\\S*)?(?=\\s|$)", "%s acts on this host's own services"),
            every(
                    "(^|[\\s;&|/])(puppet|chef-client|ansible-pull|salt-call|cfengine|cf-agent|certbot|letsencrypt|acme\\.sh|dehydrated|cloud-init)(?![\\w.-])",
                    "%s configures this host"),
            every(
                    "\\b(horizon|octane|queue|reverb):(terminate|restart|reload)\\b",
                    "%s acts on this host's own workers"),
            one(
                    word(
                            "manage\\.py|rake|bin/rails|rails|bin/console|console|artisan|magento|nextcloud/cron\\.php|occ|wp"
                                    + "|odoo-bin"),
                    "%s runs a task of an application, whose data hosts share: once is enough"),
            every(
                    word(
                            "logrotate|savelog|logcheck|journalctl|tmpreaper|tmpwatch|systemd-tmpfiles|sessionclean"
                                    + "|updatedb|mandb|man-db|locate|ldconfig|aide|rkhunter|chkrootkit|lynis|debsums|freshclam|clamscan"
                                    + "|tripwire|etckeeper|cracklib|quotacheck|sa-update|sa-learn|geoipupdate"
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
                                    + "|lvcreate|lvremove|zpool|zfs|zfs-auto-snapshot|sanoid|syncoid|btrfs|btrbk|xfs_fsr|fsck|mount|umount|swapoff"),
                    "%s works on this host's own disks"),
            everyInParts(word("run-parts|anacron"), "%s runs what the packages of this host left in a folder"),
            every("^\\s*sync\\b", "%s works on this host's own disks"),
            every(
                    word(
                            "sa1|sa2|debian-sa1|sadc|sysstat|vmstat|iostat|uptime|df|du|free|atop|sensors|munin-[a-z]+|awstats|webalizer|goaccess|mrtg|node_exporter"
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
                    "\\b(docker|podman)\\s+(system|image|container|volume|builder|network)?\\s*"
                            + "(prune|restart|start|stop|rm|rmi|ps|auto-update)\\b",
                    "%s acts on this host's own containers"),
            every(
                    "\\bdocker[ -]compose\\s[^;&|]*?\\b(pull|up|restart|start|stop|down|build)\\b",
                    "%s acts on this host's own containers"),
            every("(?<![\\w.])/[\\w./-]*?/(" + PRODUCTS + ")/", "what is below %s is this host's own"),
            every(program(LOOKS_AFTER), "by its name, %s looks after this host"),
            every(program(TIDIES), "by its name, %s tidies this host's own files"),
            one(anyWord(WORKS_FOR_ALL), BY_NAME_FOR_ALL),
            every(program(SERVES), "by its name, %s belongs to a service of this host"),
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
                    "\\bcurl\\s[^;&|]*(-o|--output)[ =]?/(usr|etc|opt|lib|bin|sbin|root)/\\S+|\\b(rsync|aws s3 (sync|cp)|gsutil\\s\\S*\\s?rsync|cp|scp|wget)\\s[^;&|]*?"
                            + LOCAL_TARGET,
                    "it copies into a directory of this host"),
            every(
                    "\\bgit\\s+(-C\\s+\\S+\\s+)?(pull|fetch|reset|checkout)\\b|\\bsvn\\s+up(date)?\\b",
                    "%s updates files of this host"),
            everyInParts(
                    "(?<![\\w.])/(var/log|var/cache|var/tmp|var/spool|var/lib|var/mail|var/crash|var/run|var/lock|tmp|proc|sys|dev|run|etc|boot)(?=[/\\s\"';)]|$)(?!/null)",
                    "it works below %s, which every host has of its own"),
            one(
                    word("aws|gsutil|gcloud|az|s3cmd|rclone|restic|borg|duplicity|rsync|scp|sftp|lftp|ftp"),
                    "%s works on what is stored elsewhere: once is enough"),
            one(word("curl|wget|http|ssh|nc"), "%s calls another machine: once is enough"),
            one(word("mail|mailx|mutt|sendmail|msmtp"), "%s sends mail: once is enough"),
            every(folder(LOOKS_AFTER + "|" + SERVES), "by its folder, %s looks after this host"),
            one(folder(WORKS_FOR_ALL), BY_NAME_FOR_ALL),
            everyInParts(
                    "(^|[\\s;&|(])/(usr/(local/)?)?sbin/[\\w.-]+|(^|[\\s;&|(])/usr/(lib|lib64|libexec)/\\S+",
                    "%s is a program of the system, and such mostly look after their host"),
            perhaps(RunOn.ONE, nameWith(FLEETS_WORDS), "by its name, %s may work on what hosts share"),
            perhaps(RunOn.EVERY, HOSTS_SCRIPT, "by its name and folder, %s may look after this host"),
            perhaps(RunOn.EVERY, nameWith(HOSTS_WORDS), "by its name, %s may look after this host"),
            perhaps(
                    RunOn.EVERY,
                    "(^|[\\s;&|(])(/usr)?/bin/(?!env|python|perl|php|ruby|node|java|bash|sh\\b|nice|ionice|flock"
                            + "|timeout|rsnapshot|lynx|sudo)[\\w.-]+|(^|[\\s;&|(])/usr/share/\\S+",
                    "%s is a program of a package, and such mostly look after their host"));

    private PlacementRules() {}

    /** A program with one of these in its name, which says more than its folder's. */
    private static String program(String names) {
        return "(?i:(?:(?<=^|[;&|(\\s])(?=\\S{0,200}[/.])|^|(?<=[;&|(])\\s*)" + FOLDERS + "+" + PARTS + "(" + names
                + ")" + END + ")";
    }

    /** A program with one of these as a word of its name, as {@code restartTomcat}; neither a file that it reads nor docker itself. */
    private static String nameWith(String words) {
        return "(?:(?<=^|[;&|(\\s])(?=\\S{0,200}[/.])|^|(?<=[;&|(])\\s*)" + FOLDERS
                + "+(?!docker\\s|[\\w.:-]*\\.(?:conf|cfg|cnf|ini|ya?ml|json|toml|txt|log|key|pem|crt)(?![\\w.]))[\\w.:-]{0,60}?"
                + "(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?i:" + words + ")(?![a-z])[\\w.:-]*(?=[\\s\"';|&)]|$)";
    }

    /** Any word with one of these in its last part; not an option, nor the shell's {@code export}. */
    private static String anyWord(String names) {
        return "(?i:(?<![\\w./:=-])(?!-|export\\s)" + FOLDERS + "+" + PARTS + "(" + names + ")" + END + ")";
    }

    /** A path with one of these among its folders. */
    private static String folder(String names) {
        return "(?i:(?<![\\w./:=-])" + FOLDERS + PARTS + "(" + names + ")(?=[._/-])[\\w.:-]*/\\S*)";
    }

    /** A program by its name, with or without its folder; not a part of a longer word, an argument's value or a file. */
    private static String word(String names) {
        return "(?<![\\w.@=-])(" + names + ")(?![\\w./=@-])";
    }

    private static Rule every(String pattern, String reason) {
        return new Rule(RunOn.EVERY, Pattern.compile(pattern), reason, true, true);
    }

    /** What of a run that is left out may stay undone. */
    private static Rule everyInParts(String pattern, String reason) {
        return new Rule(RunOn.EVERY, Pattern.compile(pattern), reason, true, false);
    }

    private static Rule perhaps(RunOn runOn, String pattern, String reason) {
        return new Rule(runOn, Pattern.compile(pattern), reason, false, false);
    }

    private static Rule one(String pattern, String reason) {
        return new Rule(RunOn.ONE, Pattern.compile(pattern), reason, true, false);
    }
}
