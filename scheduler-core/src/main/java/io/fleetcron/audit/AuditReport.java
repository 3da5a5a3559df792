package io.fleetcron.audit;

import io.fleetcron.audit.Finding.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What an audit came to. Filled by {@link Audit}, read afterwards. */
public final class AuditReport {

    /** Findings that are kept one by one: enough to look into. */
    private static final int MOST = 1_000;

    private final Instant since;
    private final Instant until;
    private final SortedMap<String, Tally> jobs = new TreeMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private boolean wrong;
    private boolean unknown;
    private long more;

    AuditReport(Instant since, Instant until) {
        this.since = since;
        this.until = until;
    }

    Tally tally(String job) {
        return jobs.computeIfAbsent(job, name -> new Tally());
    }

    void found(Finding finding) {
        wrong |= finding.kind().isWrong();
        unknown |= finding.kind() == Kind.UNKNOWN;
        if (findings.size() < MOST) {
            findings.add(finding);
        } else {
            more++;
        }
    }

    /** The first scheduled time that counts. */
    public Instant since() {
        return since;
    }

    /** Scheduled times before this count. */
    public Instant until() {
        return until;
    }

    /** By name. */
    public SortedMap<String, Tally> jobs() {
        return jobs;
    }

    /** Of all jobs together. */
    public Tally all() {
        Tally all = new Tally();
        jobs.values().forEach(all::add);
        return all;
    }

    /** The findings, those that break the promise first. */
    public List<Finding> findings() {
        return findings.stream()
                .sorted(java.util.Comparator.comparing(
                        finding -> !finding.kind().isWrong()))
                .toList();
    }

    /** How many findings there are besides. */
    public long moreFindings() {
        return more;
    }

    /** Whether something is not as the fleet promises. */
    public boolean isWrong() {
        return wrong;
    }

    /** Whether it cannot be said for some fires. */
    public boolean isUnknown() {
        return unknown;
    }
}
