package io.fleetcron.config.schedule;

/** The wall-clock times at which a cron expression fires on a matching day. */
record TimesOfDay(FieldValues seconds, FieldValues minutes, FieldValues hours) {

    /** The first matching second of the day that is at least {@code secondOfDay} (0 to 86399), or -1. */
    int next(int secondOfDay) {
        int hour = secondOfDay / 3600;
        int minute = secondOfDay / 60 % 60;
        if (SmallIntSet.has(hours.bits(), hour)) {
            if (SmallIntSet.has(minutes.bits(), minute)) {
                int second = SmallIntSet.next(seconds.bits(), secondOfDay % 60);
                if (second >= 0) {
                    return hour * 3600 + minute * 60 + second;
                }
            }
            int laterMinute = SmallIntSet.next(minutes.bits(), minute + 1);
            if (laterMinute >= 0) {
                return hour * 3600 + laterMinute * 60 + SmallIntSet.first(seconds.bits());
            }
        }
        int laterHour = SmallIntSet.next(hours.bits(), hour + 1);
        return laterHour < 0
                ? -1
                : laterHour * 3600 + SmallIntSet.first(minutes.bits()) * 60 + SmallIntSet.first(seconds.bits());
    }

    /** crond's test for jobs that follow the clock's real minutes around a daylight-saving change. */
    boolean wildcard() {
        return minutes.starred() || hours.starred();
    }

    String canonical() {
        return seconds.canonical(CronField.SECOND) + " " + minutes.canonical(CronField.MINUTE) + " "
                + hours.canonical(CronField.HOUR);
    }
}
