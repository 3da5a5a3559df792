package io.fleetcron.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdleMembersTest {

    @Test
    void namesAFewAndCountsTheRest() {
        IdleMembers idle = new IdleMembers();
        assertEquals(Optional.empty(), idle.summary());
        idle.found("b", Set.of("x"));
        idle.found("a", IntStream.range(0, 200).mapToObj(i -> "h" + i).collect(Collectors.toSet()));

        String text = idle.summary().orElseThrow();
        assertTrue(
                text.startsWith("201 live members start no jobs in their turn job=a members=h0,h1,h10 and 198 more"),
                text);

        idle.found("a", List.of());
        assertTrue(idle.summary().orElseThrow().startsWith("1 live members"), "the other job's");
        idle.found("b", List.of());
        assertEquals(Optional.empty(), idle.summary());
    }
}
