package io.fleetcron.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fleetcron.notify.NoticeText.NoSuchVariableException;
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
        Notice check = new Notice(Notice.CHECK, Notice.Event.SUCCESS, "db-1", FAILED.line());
        assertEquals(Optional.of(check), Notice.parse(check.toJson()));
        assertEquals("~check,payroll,1772334000000,1,failed.json", check.fileName());
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
