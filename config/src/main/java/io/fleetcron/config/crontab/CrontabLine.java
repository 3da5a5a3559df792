package io.fleetcron.config.crontab;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A line that runs something, with what held when crond read it.
 *
 * @param origin where it stands
 * @param expression its times in fleetcron's language
 * @param user who runs it; absent means the user who will run the agent
 * @param options cronie's: {@code n} mails failures only, {@code q} does not log, {@code s} never overlaps
 * @param text command and standard input
 * @param variables those set above it, in their order
 */
public record CrontabLine(
        Origin origin,
        String expression,
        Optional<String> user,
        Set<Character> options,
        CommandText text,
        Map<String, String> variables) {
    public CrontabLine {
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    }
}
