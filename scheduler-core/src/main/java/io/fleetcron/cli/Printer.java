package io.fleetcron.cli;

import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.OptionalInt;

/** Prints JSON, one object a line, in which what is absent is {@code null}. */
final class Printer {

    private Printer() {}

    /** Returns false once nobody reads any more, as after {@code | head}: the rest need not be made. */
    static boolean line(PrintWriter out, JsonObject json) {
        out.println(json);
        return !out.checkError();
    }

    static void text(JsonObject json, String key, Optional<?> value) {
        json.addProperty(key, value.map(Object::toString).orElse(null));
    }

    static void number(JsonObject json, String key, OptionalInt value) {
        json.addProperty(key, value.isPresent() ? (Integer) value.getAsInt() : null);
    }

    static void number(JsonObject json, String key, Optional<? extends Number> value) {
        json.addProperty(key, value.orElse(null));
    }
}
