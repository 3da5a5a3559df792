package io.fleetcron.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page's style sheet and script, and the policy by which a browser uses these two and nothing else (Content Security
 * Policy Level 3 of the W3C). Immutable.
 *
 * @param style the style sheet
 * @param script the script
 * @param live the same for a page that has a server, with what asks it for more
 */
record Assets(String style, String script, String live) {

    static Assets load() {
        String script = text("page.js");
        return new Assets(text("page.css"), script, script + text("live.js"));
    }

    /** The policy, as it may stand in a meta element. */
    String policy() {
        return policy(script) + "; base-uri 'none'; form-action 'none'";
    }

    /** That of a page which may ask its own server for more. */
    String livePolicy() {
        return policy(live) + "; connect-src 'self'; base-uri 'none'; form-action 'none'";
    }

    private String policy(String allowed) {
        return "default-src 'none'; style-src '" + hash(style) + "'; script-src '" + hash(allowed) + "'";
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String text(String name) {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("this program lacks its file " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
