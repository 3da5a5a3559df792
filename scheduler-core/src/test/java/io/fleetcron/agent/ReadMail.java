package io.fleetcron.agent;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message or a part of one, read as RFC 5322, 2045 and 2047 have it and written apart from the product.
 *
 * @param headers by name, as they were decoded; a header that comes twice is an error
 * @param body the decoded bytes, each as a character; of a multipart nothing
 * @param parts the parts of a multipart
 */
public record ReadMail(Map<String, String> headers, String body, List<ReadMail> parts) {

    private static final Pattern WORD = Pattern.compile("=\\?UTF-8\\?B\\?([A-Za-z0-9+/=]*)\\?=");

    public static ReadMail of(byte[] message) {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        int blank = text.indexOf("\n\n");
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header : text.substring(0, blank).replaceAll("\n[ \t]", " ").split("\n")) {
            int colon = header.indexOf(": ");
            if (colon < 1 || !header.substring(0, colon).matches("[!-9;-~]+") || header.length() > 998) {
                throw new AssertionError("no header: " + header);
            }
            String value = new String(
                    header.substring(colon + 2).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            if (headers.put(header.substring(0, colon), decoded(value)) != null) {
                throw new AssertionError("twice: " + header);
            }
        }
        String body = text.substring(blank + 2);
        String type = headers.getOrDefault("Content-Type", "");
        Matcher boundary =
                Pattern.compile("multipart/mixed; boundary=\"([^\"]+)\"").matcher(type);
        if (boundary.matches()) {
            return new ReadMail(headers, "", parts(body, boundary.group(1)));
        }
        if (headers.getOrDefault("Content-Transfer-Encoding", "").equals("base64")) {
            byte[] bytes = Base64.getMimeDecoder().decode(body);
            return new ReadMail(headers, new String(bytes, StandardCharsets.ISO_8859_1), List.of());
        }
        return new ReadMail(headers, body, List.of());
    }

    private static List<ReadMail> parts(String body, String boundary) {
        List<ReadMail> parts = new ArrayList<>();
        String[] pieces = ("\n" + body).split(Pattern.quote("\n--" + boundary), -1);
        for (int i = 1; i < pieces.length - 1; i++) {
            parts.add(of(pieces[i].substring(1).getBytes(StandardCharsets.ISO_8859_1)));
        }
        if (!pieces[pieces.length - 1].startsWith("--")) {
            throw new AssertionError("the last boundary is missing: " + body);
        }
        return parts;
    }

    private static String decoded(String value) {
        return WORD.matcher(value.replaceAll("\\?= +=\\?", "?==?"))
                .replaceAll(word -> Matcher.quoteReplacement(
                        new String(Base64.getDecoder().decode(word.group(1)), StandardCharsets.UTF_8)));
    }

    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    public byte[] bytes() {
        return body.getBytes(StandardCharsets.ISO_8859_1);
    }

    public String text() {
        return new String(parts.isEmpty() ? bytes() : parts.get(0).bytes(), StandardCharsets.UTF_8);
    }
}
