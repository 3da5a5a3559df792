package io.fleetcron.config.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The JSON Schema (draft 2020-12) of main files and job files, for editors. {@link ConfigLoader} is the judge; the schema
 * says the same wherever a schema can.
 */
public final class ConfigSchema {
    private static final String RESOURCE = "fleetcron.schema.json";

    private ConfigSchema() {}

    /** The schema as JSON text. */
    public static String text() {
        try (InputStream in = Objects.requireNonNull(ConfigSchema.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE + " from fleetcron's own program file", e);
        }
    }
}
