package io.fleetcron.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A hash over named values. Lengths are written before texts, so that no two lists of values look the same. */
final class Fingerprint {
    private static final int SHOWN_BYTES = 8;

    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> parts = new LinkedHashMap<>();

    /**
     * Adds a value. Maps count in the order of their keys, lists in their own, everything else by its
     * {@code toString()}.
     */
    Fingerprint add(String name, Object value) {
        int begin = text.length();
        text.append(name);
        if (value instanceof Optional<?> optional) {
            all("?", optional.stream().toList());
        } else if (value instanceof Map<?, ?> map) {
            Map<?, ?> sorted = new TreeMap<>(map);
            all("{", sorted.keySet());
            all("}", sorted.values());
        } else if (value instanceof Collection<?> list) {
            all("[", list);
        } else {
            one(value);
        }
        parts.put(name, text.substring(begin));
        return this;
    }

    /** What was added, by name, in a form that is the same for the same value alone. */
    Map<String, String> parts() {
        return parts;
    }

    /** The first 16 hexadecimal digits of SHA-256. */
    String hash() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, SHOWN_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private void all(String sign, Collection<?> values) {
        text.append(sign).append(values.size());
        values.forEach(this::one);
    }

    private void one(Object value) {
        String word = value.toString();
        text.append('=').append(word.length()).append(':').append(word);
    }
}
