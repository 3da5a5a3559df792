package io.fleetcron.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fleetcron.config.Receiver;
import io.fleetcron.late.Late;
import io.fleetcron.notify.NoticeText.NoSuchVariableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The words that receivers get, and the files in which they wait. */
final class NoticeTextTest {

    private static final Notice FAILED = notice("failed", Notice.Event.FAILURE, ",\"reason\":\"a \\\"b\\\"\"");

    private static Notice notice(String outcome, Notice.Event event, String more) {
        return new Notice("ops", event, "db-1", Settlements.line("payroll", 0, outcome, more));
    }

    @Test
    void aFailureHasAllFields() {
        assertEquals(
                "{\"text\":\"payroll failed (exit status 4) on db-1, fire 2026-03-01T03:00:00Z: a \\\"b\\\"\","
                        + "\"id\":\"payroll/2026-03-01T03:00:00Z/1/a/failed\",\"event\":\"failure\",\"job\":\"payroll\","
                        + "\"description\":\"Pays\",\"outcome\":\"failed\",\"fire\":\"2026-03-01T03:00:00Z\","
                        + "\"through\":\"2026-03-01T03:00:00Z\",\"count\":1,\"host\":\"db-1\",\"instance\":\"a\","
                        + "\"token\":1,\"attempts\":1,\"started\":\"2026-03-01T03:00:00Z\","
                        + "\"ended\":\"2026-03-01T03:00:05Z\",\"exit\":\"4\",\"reason\":\"a \\\"b\\\"\"}",
                NoticeText.json(NoticeText.fields(FAILED, "Pays")));
        assertEquals(
                Receiver.Webhook.FIELDS,
                List.copyOf(NoticeText.fields(FAILED, "").keySet()),
                "for validate");
    }

    @Test
    void aRecoverySaysSo() {
        Map<String, Object> fields = NoticeText.fields(notice("succeeded", Notice.Event.RECOVERY, ""), "");
        assertEquals("recovered: payroll succeeded on db-1, fire 2026-03-01T03:00:00Z", fields.get("text"));
        assertEquals("", fields.get("exit"));
    }

    @Test
    void aTemplateHasFieldsAndSecretsInTheirPlaces() throws Exception {
        Map<String, Object> fields = NoticeText.fields(FAILED, "");
        Map<String, String> secrets = Map.of("KEY", "k\"", "job", "not this");
        assertEquals(
                "{\"k\": \"k\\\"\", \"r\": \"a \\\"b\\\"\", \"n\": 1, \"x\": \"$payroll ${}\"}",
                NoticeText.filled(
                        "{\"k\": \"${KEY}\", \"r\": \"${reason}\", \"n\": ${count}, \"x\": \"$${job} ${}\"}",
                        fields,
                        secrets,
                        true));
        assertEquals("k\" a \"b\"", NoticeText.filled("${KEY} ${reason}", fields, secrets, false));
        assertThrows(NoSuchVariableException.class, () -> NoticeText.filled("${jbo}", fields, secrets, true));
    }

    @Test
    void whatWaitsIsReadAsItWasWritten() {
        assertEquals(Optional.of(FAILED), Notice.parse(FAILED.toJson()));
        Notice check = new Notice(Notice.CHECK, Notice.Event.SUCCESS, "db-1", FAILED.subject());
        assertEquals(Optional.of(check), Notice.parse(check.toJson()));
        assertEquals("~check,payroll,1772334000000,1,failed.json", check.fileName());
    }

    @Test
    void aLateJobHasTheSameFields() {
        Notice late = late();
        assertEquals(
                "{\"text\":\"payroll is late: fire 2026-03-01T03:00:00Z has not started\","
                        + "\"id\":\"payroll/2026-03-01T03:00:00Z/0/late_after\",\"event\":\"late\",\"job\":\"payroll\","
                        + "\"description\":\"Pays\",\"outcome\":\"\",\"fire\":\"2026-03-01T03:00:00Z\","
                        + "\"through\":\"2026-03-01T03:00:00Z\",\"count\":1,\"host\":\"db-1\",\"instance\":\"b\","
                        + "\"token\":0,\"attempts\":0,\"started\":\"\",\"ended\":\"\",\"exit\":\"\","
                        + "\"reason\":\"late_after: fire 2026-03-01T03:00:00Z has not started\"}",
                NoticeText.json(NoticeText.fields(late, "Pays")));
        assertEquals(
                NoticeText.fields(FAILED, "").keySet(),
                NoticeText.fields(late, "").keySet());
        assertEquals(Optional.of(late), Notice.parse(late.toJson()));
        assertEquals("ops,payroll,1772334000000,0,late_after.json", late.fileName());
        for (String bad : new String[] {
            late.toJson().replace("\"late_after\"", "\"../x\""),
            late.toJson().replace("\"payroll\"", "\"pay/roll\""),
            late.toJson().replace("\"late\":{", "\"other\":{"),
            late.toJson().replace("\"token\":0", "\"token\":-1"),
            FAILED.toJson().replace("\"failure\"", "\"late\"")
        }) {
            assertEquals(Optional.empty(), Notice.parse(bad), bad);
        }
    }

    private static Notice late() {
        Late late = new Late.NotStarted(Settlements.BEGIN, Duration.ofMinutes(10), Optional.empty());
        return new Notice(
                "ops",
                Notice.Event.LATE,
                "db-1",
                Notice.LateJob.of("payroll", late, "b", Settlements.BEGIN.plusSeconds(600)));
    }

    @Test
    void whatAgentsDoNotWriteIsNotRead() {
        String good = FAILED.toJson();
        for (String bad : new String[] {
            "",
            good.substring(0, good.length() / 2),
            good.replace("\"ops\"", "\"../ops\""),
            good.replace("\"failure\"", "\"other\""),
            good.replace("\"db-1\"", "\"db 1\""),
            good.replace("payroll", "pay/roll"),
            good + " ".repeat(20_000)
        }) {
            assertEquals(Optional.empty(), Notice.parse(bad), bad);
        }
    }
}
