package io.fleetcron.config.yaml;

import org.jspecify.annotations.Nullable;

/** Says a YAML parser's complaint in words for someone who has never read the YAML specification. */
final class YamlErrors {
    private YamlErrors() {}

    /** Whether the place where the parser began is more useful than the one where it gave up. */
    static boolean pointsToBegin(@Nullable String problem) {
        return problem != null
                && (problem.contains("could not find expected ':'")
                        || problem.startsWith("found unexpected end of stream")
                        || problem.startsWith("found unexpected document"));
    }

    /**
     * Translates one complaint.
     *
     * @param context what the parser was doing
     * @param begin the line where it began to do so
     * @param problem what it did not like
     */
    static String inWords(@Nullable String context, int begin, @Nullable String problem) {
        String doing = context == null ? "" : context;
        String found = problem == null ? "" : problem;
        if (found.contains("\\t(TAB)")) {
            return "a tab is used for indentation; YAML wants spaces";
        }
        if (found.startsWith("found character '")) {
            return "a value cannot start with " + start(found) + "; put it in quotes";
        }
        if (found.contains("mapping values are not allowed")) {
            return "a `:` is not expected here; put text that contains `: ` in quotes, check the indentation, or add "
                    + "the `:` that the line above lacks";
        }
        if (found.contains("could not find expected ':'")) {
            return "this line is no `key: value`; check the indentation and the `:`";
        }
        if (found.contains("sequence entries are not allowed") || found.contains("mapping keys are not allowed")) {
            return "a list entry or key is not expected here; check the indentation";
        }
        return block(doing, begin, found);
    }

    private static String block(String doing, int begin, String found) {
        if (found.startsWith("expected '<document start>'")) {
            return "this line does not go with the lines above it; check indentation and brackets (a first line that "
                    + "starts with `%` is a YAML directive)";
        }
        if (found.startsWith("expected <block end>")) {
            return "what stands here does not fit what stands before it; check indentation and quotes";
        }
        if (found.startsWith("expected ',' or '}'")) {
            return "`,` or `}` is expected here, for the `{` on line " + begin;
        }
        if (found.startsWith("expected ',' or ']'")) {
            return "`,` or `]` is expected here, for the `[` on line " + begin;
        }
        if (found.startsWith("found unexpected end of stream") || found.startsWith("found unexpected document")) {
            return "this quote is opened but never closed";
        }
        if (found.startsWith("found undefined alias")) {
            return "the alias "
                    + Quote.of("*"
                            + found.substring("found undefined alias".length()).strip())
                    + " has no anchor before it; put text that starts with `*` in quotes";
        }
        return rare(doing, found);
    }

    private static String rare(String doing, String found) {
        if (doing.contains("tag") || found.contains("tag")) {
            return "a tag starts with `!`; put text that starts with `!` in quotes";
        }
        if (found.contains("escape")) {
            return "this backslash escape is unknown; write `\\\\` for a backslash, or use single quotes";
        }
        if (doing.contains("block scalar")) {
            return "after `|` or `>` only a line break, `+`, `-` or an indentation from 1 to 9 may follow";
        }
        if (doing.contains("alias") || doing.contains("anchor")) {
            return "a value that starts with `*` or `&` means something else in YAML; put it in quotes";
        }
        if (doing.contains("directive") || found.contains("directive") || found.contains("YAML document")) {
            return "a line that starts with `%` is a YAML directive; remove it or put it in quotes";
        }
        if (found.startsWith("expected the node content")) {
            return "a value is expected here; check brackets, quotes and indentation";
        }
        return "this is not valid YAML; check indentation, quotes and brackets";
    }

    private static String start(String found) {
        int start = found.indexOf('\'') + 1;
        int end = found.indexOf('\'', start);
        return end > start ? Quote.of(found.substring(start, end)) : "this character";
    }
}
