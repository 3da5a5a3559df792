package io.fleetcron.cli.console;

import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.OptionalInt;

/** Prints JSON, one object a line, in which what is absent is {@code null}. */
public final class Printer {

    private Printer() {}

    /** Returns false once nobody reads any more, as after {@code | head}: the rest need not be made. */
    public static boolean line(PrintWriter out, JsonObject json) {
        out.println(json);
        return !out.checkError();
    }

    public static void text(JsonObject json, String key, Optional<?> value) {
        json.addProperty(key, value.map(Object::toString).orElse(null));
    }

    public static void number(JsonObject json, String key, OptionalInt value) {
        json.addProperty(key, value.isPresent() ? (Integer) value.getAsInt() : null);
    }

    public static void number(JsonObject json, String key, Optional<? extends Number> value) {
        json.addProperty(key, value.orElse(null));
    }
}
