package io.fleetcron.notify;

import io.fleetcron.json.JsonLine;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.mail.Headline;
import io.fleetcron.notify.Notice.LateJob;
import io.fleetcron.notify.Notice.Settled;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a receiver gets to read: the fields of a notification, as JSON or in a template. Pure functions. */
final class NoticeText {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)\\}");

    private NoticeText() {}

    /** All fields by name; of what there is nothing to say, an empty text. Numbers are numbers in JSON. */
    static Map<String, Object> fields(Notice notice, String description) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("text", text(notice));
        fields.put("id", notice.id());
        fields.put("event", notice.event().word());
        fields.put("job", notice.job());
        fields.put("description", description);
        if (notice.subject() instanceof Settled settled) {
            settled(settled.line().settlement(), notice.host(), fields);
        } else {
            late((LateJob) notice.subject(), notice.host(), fields);
        }
        return fields;
    }

    private static void settled(Settlement settled, String host, Map<String, Object> fields) {
        fields.put("outcome", settled.outcome().word());
        fields.put("fire", settled.fire().toString());
        fields.put("through", settled.through().toString());
        fields.put("count", settled.count());
        fields.put("host", host);
        fields.put("instance", settled.instance());
        fields.put("token", settled.token());
        fields.put("attempts", settled.attempts());
        fields.put("started", settled.started().map(Object::toString).orElse(""));
        fields.put("ended", settled.ended().toString());
        fields.put(
                "exit",
                settled.exit().isPresent() ? String.valueOf(settled.exit().getAsInt()) : "");
        fields.put("reason", settled.reason().orElse(""));
    }

    /** The same fields, so that one template does for both. */
    private static void late(LateJob late, String host, Map<String, Object> fields) {
        fields.put("outcome", "");
        fields.put("fire", late.time().toString());
        fields.put("through", late.time().toString());
        fields.put("count", 1);
        fields.put("host", host);
        fields.put("instance", late.instance());
        fields.put("token", late.token());
        fields.put("attempts", 0);
        fields.put("started", "");
        fields.put("ended", "");
        fields.put("exit", "");
        fields.put("reason", late.key() + ": " + late.words());
    }

    private static String text(Notice notice) {
        if (notice.subject() instanceof LateJob late) {
            return Headline.late(late.job(), late.words());
        }
        Settlement settled = ((Settled) notice.subject()).line().settlement();
        String headline = Headline.of(notice.job(), settled, notice.host());
        String again = notice.event() == Notice.Event.RECOVERY ? "recovered: " : "";
        return again + headline + settled.reason().map(why -> ": " + why).orElse("");
    }

    /** One line. */
    static String json(Map<String, Object> fields) {
        JsonLine json = new JsonLine().open();
        fields.forEach((name, value) -> {
            if (value instanceof Number number) {
                json.put(name, number.longValue());
            } else {
                json.put(name, value.toString());
            }
        });
        return json.close().toString();
    }

    /** What a template names is not there. */
    static final class NoSuchVariableException extends Exception {
        private static final long serialVersionUID = 1L;

        NoSuchVariableException(String name) {
            super(
                    "${" + name + "} is neither a field of a notification nor a variable of `env_file`",
                    null,
                    false,
                    false);
        }
    }

    /**
     * A template with values in their places.
     *
     * @param secrets for names that are not fields
     * @param inJson whether values stand between quotes of JSON
     */
    static String filled(String template, Map<String, Object> fields, Map<String, String> secrets, boolean inJson)
            throws NoSuchVariableException {
        StringBuilder text = new StringBuilder();
        Matcher variable = VARIABLE.matcher(template);
        int copied = 0;
        while (variable.find()) {
            String name = variable.group(1);
            Object value = fields.containsKey(name) ? fields.get(name) : secrets.get(name);
            if (value == null) {
                throw new NoSuchVariableException(name);
            }
            text.append(template, copied, variable.start())
                    .append(inJson ? inJson(value.toString()) : value.toString());
            copied = variable.end();
        }
        return text.append(template.substring(copied)).toString();
    }

    private static String inJson(String value) {
        String field = new JsonLine().open().put("", value).toString();
        return field.substring("{\"\":\"".length(), field.length() - 1);
    }
}
