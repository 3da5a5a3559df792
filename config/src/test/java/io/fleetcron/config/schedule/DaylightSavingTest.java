package io.fleetcron.config.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** cron(8), "Daylight Saving Time and other time changes", zone by zone. */
class DaylightSavingTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
                    # One hour forward at 02:00.
                    30 2 * * *    ; Europe/Berlin ; 2026-03-28T12:00:00Z ; 2026-03-29T03:00+02:00 2026-03-30T02:30+02:00
                    0 2 * * *     ; Europe/Berlin ; 2026-03-28T12:00:00Z ; 2026-03-29T03:00+02:00 2026-03-30T02:00+02:00
                    0 3 * * *     ; Europe/Berlin ; 2026-03-28T12:00:00Z ; 2026-03-29T03:00+02:00 2026-03-30T03:00+02:00
                    0,30 2-3 * * *; Europe/Berlin ; 2026-03-28T12:00:00Z ; 2026-03-29T03:00+02:00 2026-03-29T03:30+02:00
                    */30 2 * * *  ; Europe/Berlin ; 2026-03-28T12:00:00Z ; 2026-03-30T02:00+02:00 2026-03-30T02:30+02:00
                    0 */2 * * *   ; Europe/Berlin ; 2026-03-28T23:30:00Z ; 2026-03-29T04:00+02:00 2026-03-29T06:00+02:00
                    0 0-23/2 * * *; Europe/Berlin ; 2026-03-28T23:30:00Z ; 2026-03-29T03:00+02:00 2026-03-29T04:00+02:00
                    30 2 * * 1    ; Europe/Berlin ; 2026-03-28T12:00:00Z ; 2026-03-30T02:30+02:00 2026-04-06T02:30+02:00
                    15 30 2 * * * ; Europe/Berlin ; 2026-03-28T12:00:00Z ; 2026-03-29T03:00+02:00 2026-03-30T02:30:15+02:00
                    30 2 29 3 *   ; Europe/Berlin ; 2026-03-28T12:00:00Z ; 2026-03-29T03:00+02:00 2027-03-29T02:30+02:00
                    # One hour back at 03:00.
                    30 2 * * *    ; Europe/Berlin ; 2026-10-24T12:00:00Z ; 2026-10-25T02:30+02:00 2026-10-26T02:30+01:00
                    30 2 * * *    ; Europe/Berlin ; 2026-10-25T00:45:00Z ; 2026-10-26T02:30+01:00 2026-10-27T02:30+01:00
                    30 2 * * *    ; Europe/Berlin ; 2026-10-25T01:15:00Z ; 2026-10-26T02:30+01:00 2026-10-27T02:30+01:00
                    0 3 * * *     ; Europe/Berlin ; 2026-10-24T12:00:00Z ; 2026-10-25T03:00+01:00 2026-10-26T03:00+01:00
                    30 * * * *    ; Europe/Berlin ; 2026-10-25T00:00:00Z ; 2026-10-25T02:30+02:00 2026-10-25T02:30+01:00
                    */30 2 * * *  ; Europe/Berlin ; 2026-10-25T00:15:00Z ; 2026-10-25T02:30+02:00 2026-10-25T02:00+01:00
                    # Half an hour.
                    15 2 * * *    ; Australia/Lord_Howe ; 2026-10-03T00:00:00Z ; 2026-10-04T02:30+11:00 2026-10-05T02:15+11:00
                    15 * * * *    ; Australia/Lord_Howe ; 2026-10-03T14:50:00Z ; 2026-10-04T03:15+11:00 2026-10-04T04:15+11:00
                    45 1 * * *    ; Australia/Lord_Howe ; 2026-04-04T00:00:00Z ; 2026-04-05T01:45+11:00 2026-04-06T01:45+10:30
                    45 * * * *    ; Australia/Lord_Howe ; 2026-04-04T14:00:00Z ; 2026-04-05T01:45+11:00 2026-04-05T01:45+10:30
                    # At midnight: the first hour of the day does not exist, or the last one twice.
                    @daily        ; America/Sao_Paulo ; 2017-10-14T12:00:00Z ; 2017-10-15T01:00-02:00 2017-10-16T00:00-02:00
                    30 23 * * *   ; America/Sao_Paulo ; 2018-02-17T12:00:00Z ; 2018-02-17T23:30-02:00 2018-02-18T23:30-03:00
                    @daily        ; Asia/Beirut ; 2022-03-26T12:00:00Z ; 2022-03-27T01:00+03:00 2022-03-28T00:00+03:00
                    0 0 27 3 *    ; Asia/Beirut ; 2022-03-26T12:00:00Z ; 2022-03-27T01:00+03:00 2023-03-27T00:00+03:00
                    # Two hours.
                    30 1 * * *    ; Antarctica/Troll ; 2026-03-28T12:00:00Z ; 2026-03-29T03:00+02:00 2026-03-30T01:30+02:00
                    30 1 * * *    ; Antarctica/Troll ; 2026-10-24T12:00:00Z ; 2026-10-25T01:30+02:00 2026-10-26T01:30Z
                    # Exactly three hours still count.
                    30 1 * * *    ; Antarctica/Casey ; 2010-03-04T00:00:00Z ; 2010-03-05T01:30+11:00 2010-03-06T01:30+08:00
                    # A day that never was: larger than three hours, so the new time simply holds.
                    0 12 * * *    ; Pacific/Apia ; 2011-12-29T00:00:00Z ; 2011-12-29T12:00-10:00 2011-12-31T12:00+14:00
                    0 12 30 12 *  ; Pacific/Apia ; 2011-12-01T00:00:00Z ; 2012-12-30T12:00+14:00 2013-12-30T12:00+14:00
                    */30 * * * *  ; Pacific/Apia ; 2011-12-30T09:15:00Z ; 2011-12-29T23:30-10:00 2011-12-31T00:00+14:00
                    0 12 * * *    ; Pacific/Kwajalein ; 1993-08-20T00:00:00Z ; 1993-08-20T12:00-12:00 1993-08-22T12:00+12:00
                    # Odd offsets.
                    45 2 * * *    ; Pacific/Chatham ; 2026-09-25T00:00:00Z ; 2026-09-26T02:45+12:45 2026-09-27T03:45+13:45
                    0 0 * * *     ; Africa/Monrovia ; 1972-01-05T12:00:00Z ; 1972-01-06T00:00-00:44:30 1972-01-07T00:44:30Z
                    0 0 * * *     ; Asia/Kathmandu ; 2026-01-01T00:00:00Z ; 2026-01-02T00:00+05:45 2026-01-03T00:00+05:45
                    # Ramadan: Morocco goes back and forward again within weeks, and stays at +01:00 otherwise.
                    30 2 * * *    ; Africa/Casablanca ; 2026-02-14T12:00:00Z ; 2026-02-15T02:30+01:00 2026-02-16T02:30Z
                    30 2 * * *    ; Africa/Casablanca ; 2026-03-21T12:00:00Z ; 2026-03-22T03:00+01:00 2026-03-23T02:30+01:00
                    """)
    void twoTimesAroundTheChange(String expression, String zone, String after, String expected) {
        assertEquals(expected, Times.next(expression, ZoneId.of(zone), after, 2));
    }
}
