package io.fleetcron.observe;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.control.Control;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.ManualRequest;
import io.fleetcron.ledger.Settlement;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What became of a request for a run by hand. */
public sealed interface RequestProgress {

    /**
     * No instance has claimed it yet.
     *
     * @param why what it waits for, as far as is visible
     * @param mayPass whether that is only that nobody has come to it yet
     */
    record Waiting(String why, boolean mayPass) implements RequestProgress {}

    /** No instance can claim it any more. */
    record Expired() implements RequestProgress {}

    /** It runs. */
    record Running(String instance, String host, long token) implements RequestProgress {}

    /**
     * It is over.
     *
     * @param host where it ran, if that is known
     */
    record Ended(String instance, Optional<String> host, long token, Outcome outcome, OptionalInt exit)
            implements RequestProgress {}

    /** It was claimed, and how it ended is not in the ledger any more: {@link #ended} finds it in history. */
    record Claimed() implements RequestProgress {}

    /** What the shared directory shows of it. */
    static RequestProgress of(FleetView view, Control.Run asked, JobDefinition job) {
        Optional<SeenLedger> ledger = Optional.ofNullable(view.ledgers().get(asked.job()));
        Optional<LedgerRecord> record = ledger.flatMap(SeenLedger::record);
        Optional<CurrentRun> run = record.flatMap(LedgerRecord::run);
        if (run.flatMap(CurrentRun::request).filter(by -> isOf(by, asked)).isPresent()) {
            CurrentRun mine = run.get();
            Optional<RunEnd> end = ledger.flatMap(SeenLedger::runExit).map(exit -> exit.end());
            return end.<RequestProgress>map(over -> new Ended(
                            mine.instance(), Optional.of(mine.host()), mine.token(), over.outcome(), over.exit()))
                    .orElseGet(() -> new Running(mine.instance(), mine.host(), mine.token()));
        }
        Optional<RequestProgress> ended = ended(ledger.map(SeenLedger::lines).orElse(List.of()), asked, view);
        if (ended.isPresent()) {
            return ended.get();
        }
        if (record.filter(seen -> seen.hasTaken(asked.id())).isPresent()) {
            return new Claimed();
        }
        // An instance whose clock is a little behind may have claimed it just before.
        return asked.span().holds(view.now().minusSeconds(5)) ? waiting(view, asked, job, ledger) : new Expired();
    }

    /** How it ended, if that is among these lines. */
    static Optional<RequestProgress> ended(Collection<HistoryLine> lines, Control.Run asked, FleetView view) {
        return lines.stream()
                .filter(line -> line.job().equals(asked.job())
                        && line.settlement()
                                .request()
                                .filter(by -> isOf(by, asked))
                                .isPresent())
                .findFirst()
                .map(HistoryLine::settlement)
                .map(it -> new Ended(it.instance(), host(view, it), it.token(), it.outcome(), it.exit()));
    }

    private static boolean isOf(ManualRequest by, Control.Run asked) {
        return by.id().filter(asked.id()::equals).isPresent();
    }

    private static Optional<String> host(FleetView view, Settlement settlement) {
        return view.instances().stream()
                .map(SeenInstance::member)
                .filter(member -> member.instance().equals(settlement.instance()))
                .map(Member::host)
                .findFirst();
    }

    private static RequestProgress waiting(
            FleetView view, Control.Run asked, JobDefinition job, Optional<SeenLedger> ledger) {
        List<Member> live = view.instances().stream()
                .filter(SeenInstance::alive)
                .map(SeenInstance::member)
                .filter(member -> asked.instance()
                        .filter(name -> !name.equals(member.instance()))
                        .isEmpty())
                .toList();
        Optional<String> problem = ledger.flatMap(SeenLedger::problem);
        if (problem.isPresent()) {
            return new Waiting("the job's ledger cannot be trusted: " + problem.get(), false);
        }
        if (live.isEmpty()) {
            return new Waiting(
                    asked.instance().map(name -> "no agent is up on " + name).orElse("no agent is up"), false);
        }
        Optional<SeenRun> busy = view.running().stream()
                .filter(run -> run.run().job().equals(asked.job()) && run.state() != SeenRun.State.ENDED)
                .findFirst();
        if (busy.isPresent()) {
            return new Waiting(
                    "the job runs on host " + busy.get().host() + " since "
                            + busy.get().started() + " (fire "
                            + busy.get().run().time() + ", token "
                            + busy.get().run().token() + ")",
                    false);
        }
        List<String> objections = live.stream()
                .flatMap(member -> objection(member, asked, job).stream())
                .toList();
        return objections.size() == live.size()
                ? new Waiting("no live instance that is asked can run it: " + String.join("; ", objections), false)
                : new Waiting("no instance has claimed it yet", true);
    }

    /** Who is asked by name runs it also while it claims nothing else. */
    private static Optional<String> objection(Member member, Control.Run asked, JobDefinition job) {
        Optional<String> placed = job.policy().placement().objection(member.host(), member.labels());
        if (placed.isPresent()) {
            return placed.map(why -> member.instance() + ": " + why);
        }
        Optional<String> unfit = Optional.ofNullable(member.unfit().jobs().get(asked.job()))
                .or(() -> member.unfit().host().filter(why -> asked.instance().isEmpty()));
        return unfit.map(why -> member.instance() + ": " + why);
    }
}
