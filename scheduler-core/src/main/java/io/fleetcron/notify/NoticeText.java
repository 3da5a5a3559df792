package io.fleetcron.notify;

import io.fleetcron.json.JsonLine;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.mail.Headline;
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
        Settlement settled = notice.line().settlement();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("text", text(notice));
        fields.put("id", notice.id());
        fields.put("event", notice.event().word());
        fields.put("job", notice.line().job());
        fields.put("description", description);
        fields.put("outcome", settled.outcome().word());
        fields.put("fire", settled.fire().toString());
        fields.put("through", settled.through().toString());
        fields.put("count", settled.count());
        fields.put("host", notice.host());
        fields.put("instance", settled.instance());
        fields.put("token", settled.token());
        fields.put("attempts", settled.attempts());
        fields.put("started", settled.started().map(Object::toString).orElse(""));
        fields.put("ended", settled.ended().toString());
        fields.put(
                "exit",
                settled.exit().isPresent() ? String.valueOf(settled.exit().getAsInt()) : "");
        fields.put("reason", settled.reason().orElse(""));
        return fields;
    }

    private static String text(Notice notice) {
        Settlement settled = notice.line().settlement();
        String headline = Headline.of(notice.line().job(), settled, notice.host());
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
