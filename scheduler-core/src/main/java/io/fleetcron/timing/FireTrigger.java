package io.fleetcron.timing;

import io.fleetcron.config.schedule.Schedule;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.quartz.Calendar;
import org.quartz.ScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.quartz.impl.triggers.AbstractTrigger;

/**
 * A Quartz trigger whose times come from {@link Schedule#next}. It remembers the scheduled time itself beside the local
 * reading that Quartz waits for. After a pause (a suspended machine) it fires once, with the newest time: the ledger
 * knows what is owed in between.
 */
@SuppressWarnings("JavaUtilDate") // Quartz' interface
final class FireTrigger extends AbstractTrigger<FireTrigger> {
    private static final long serialVersionUID = 1L;

    private final transient Schedule schedule;
    private final transient InstantSource clock;
    private final transient Function<Instant, Date> toLocal;
    private @Nullable Instant last;
    private @Nullable Instant next;
    private @Nullable Date lastLocal;
    private @Nullable Date nextLocal;

    FireTrigger(String job, Schedule schedule, InstantSource clock, Function<Instant, Date> toLocal) {
        super(job);
        this.schedule = schedule;
        this.clock = clock;
        this.toLocal = toLocal;
        setKey(TriggerKey.triggerKey(job));
        setMisfireInstruction(Trigger.MISFIRE_INSTRUCTION_IGNORE_MISFIRE_POLICY);
    }

    /** The scheduled time that was handed out last. */
    Optional<Instant> lastFire() {
        return Optional.ofNullable(last);
    }

    @Override
    public void triggered(@Nullable Calendar calendar) {
        last = next;
        lastLocal = nextLocal;
        Instant now = clock.instant();
        Instant after = last == null ? now : last;
        Optional<Instant> following = schedule.next(after);
        while (following.isPresent() && !following.get().isAfter(now)) {
            last = following.get();
            following = schedule.next(last.isBefore(now.minusSeconds(1)) ? now.minusSeconds(1) : last);
        }
        advance(following);
    }

    @Override
    public @Nullable Date computeFirstFireTime(@Nullable Calendar calendar) {
        advance(schedule.next(clock.instant()));
        return nextLocal;
    }

    private void advance(Optional<Instant> fire) {
        next = fire.orElse(null);
        nextLocal = fire.map(toLocal).orElse(null);
    }

    @Override
    public boolean mayFireAgain() {
        return nextLocal != null;
    }

    @Override
    public @Nullable Date getNextFireTime() {
        return nextLocal;
    }

    @Override
    public @Nullable Date getPreviousFireTime() {
        return lastLocal;
    }

    @Override
    public void setNextFireTime(@Nullable Date time) {
        nextLocal = time;
    }

    @Override
    public void setPreviousFireTime(@Nullable Date time) {
        lastLocal = time;
    }

    @Override
    public @Nullable Date getFireTimeAfter(@Nullable Date after) {
        return nextLocal;
    }

    @Override
    public Date getStartTime() {
        return new Date(0);
    }

    @Override
    public void setStartTime(Date time) {}

    @Override
    public @Nullable Date getEndTime() {
        return null;
    }

    @Override
    public void setEndTime(Date time) {}

    @Override
    public @Nullable Date getFinalFireTime() {
        return null;
    }

    @Override
    protected boolean validateMisfireInstruction(int instruction) {
        return true;
    }

    @Override
    public void updateAfterMisfire(@Nullable Calendar calendar) {}

    @Override
    public void updateWithNewCalendar(@Nullable Calendar calendar, long misfireThreshold) {}

    @Override
    public ScheduleBuilder<FireTrigger> getScheduleBuilder() {
        throw new UnsupportedOperationException("a fire trigger is never rebuilt");
    }
}
