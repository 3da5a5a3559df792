package io.fleetcron.observe;

import io.fleetcron.control.ControlTable;
import io.fleetcron.fleet.Activity;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.MemberBeat;
import io.fleetcron.fleet.MemberTable;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.ledger.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A shared directory as agents leave it, written in the product's own forms. */
public final class SharedDirectory {

    private final SharedLayout layout;

    public SharedDirectory(Path root) throws IOException {
        this.layout = new SharedLayout(root);
        for (Path folder : List.of(layout.jobs(), layout.members(), layout.history())) {
            Files.createDirectories(folder);
        }
        Files.writeString(layout.fleetFile(), "{\"format\":1}\n");
    }

    public SharedLayout layout() {
        return layout;
    }

    public void member(String instance, String definitions) throws IOException {
        member(instance, definitions, Instant.now(), 1);
    }

    /** As an instance left it at that time, with so many runs in progress. */
    public void member(String instance, String definitions, Instant now, int running) throws IOException {
        Member member = new Member(
                new Identity(instance, "host-" + instance, "boot", 42),
                "1.2.3",
                "ok",
                running,
                definitions,
                new Member.Life(now, now),
                Optional.empty(),
                new Activity(Map.of(), Map.of()));
        Files.write(
                layout.memberTable(),
                MemberTable.slot(new MemberBeat(member, now, 0)),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** What people ask of the fleet. */
    public void controls(ControlTable table, Instant now) throws IOException {
        byte[] file = new byte[ControlTable.SIZE];
        for (ControlTable.Part part : table.parts(now).orElseThrow()) {
            System.arraycopy(part.bytes(), 0, file, (int) part.offset(), part.bytes().length);
        }
        Files.createDirectories(layout.control());
        Files.write(layout.controlTable(), file);
    }

    /** Appends raw text to a day's file. */
    public void history(String instance, String day, String text) throws IOException {
        Path file = layout.history(instance).resolve(day + ".jsonl");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    public void history(String instance, String day, HistoryLine... lines) throws IOException {
        for (HistoryLine line : lines) {
            history(instance, day, line.toJson() + "\n");
        }
    }

    /** Writes a ledger, and behind it what a supervisor wrote. */
    public void ledger(String job, Optional<CurrentRun> run, List<Settlement> recent, String beat, String exit)
            throws IOException {
        ledger(job, run, Optional.empty(), recent, beat, exit);
    }

    /** Writes a ledger of a job with a fire that waits for a slot. */
    public void ledger(String job, Waiting waiting) throws IOException {
        ledger(job, Optional.empty(), Optional.of(waiting), List.of(), "", "");
    }

    private void ledger(
            String job,
            Optional<CurrentRun> run,
            Optional<Waiting> waiting,
            List<Settlement> recent,
            String beat,
            String exit)
            throws IOException {
        LedgerRecord idle = new LedgerRecord(
                4, job, 9, Instant.EPOCH, Optional.empty(), "hash", Optional.empty(), Optional.empty(), run, recent);
        LedgerRecord record = waiting.map(idle::with).orElse(idle);
        byte[] file = new byte[LedgerLayout.SIZE];
        Arrays.fill(file, (byte) ' ');
        byte[] slot = LedgerCodec.encode(record).orElseThrow();
        System.arraycopy(slot, 0, file, (int) LedgerLayout.offset(4), slot.length);
        block(file, LedgerLayout.BEAT, beat);
        block(file, LedgerLayout.EXIT, exit);
        Files.write(lockFile(job), file);
    }

    private static void block(byte[] file, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, file, at, bytes.length);
        file[at + 511] = '\n';
    }

    public Path lockFile(String job) {
        return layout.jobs().resolve(SharedLayout.lockName(job));
    }
}
