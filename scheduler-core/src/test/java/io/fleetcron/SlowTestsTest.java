package io.fleetcron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Which tests are {@link Slow}: so that none lands among the quick ones by mistake, and the quick ones stay quick. */
@AnalyzeClasses(packages = "io.fleetcron", importOptions = ImportOption.OnlyIncludeTests.class)
class SlowTestsTest {

    /** Helpers, of which only the making counts: their other methods and constants are also for quick tests. */
    private static final Set<String> HELPERS = Set.of("io.fleetcron.agent.TestFleet", "io.fleetcron.run.RunHarness");

    /** What begins agents, or runs under the real supervisor, in this process. */
    private static final Set<String> CALLS = Set.of(
            "io.fleetcron.agent.TestFleet.<init>",
            "io.fleetcron.run.RunHarness.<init>",
            "io.fleetcron.run.SupervisedLauncher.<init>",
            "io.fleetcron.agent.AgentBootstrap.<init>",
            "io.fleetcron.agent.AgentParts.ofAgent",
            "io.fleetcron.byhand.ManualRun.prepare");

    /** Whoever names one starts it in a process of its own. */
    private static final Set<String> PROGRAMS = Set.of("io.fleetcron.cli.Main", "io.fleetcron.agent.SkewedAgent");

    /** A minute of processor time: whole fleets, for thousands of fires. */
    private static final String LONG = "io.fleetcron.virtual.VirtualFleetTest";

    @ArchTest
    static void theyAreThoseThatStartAgentsOrRunsAndALongOne(JavaClasses tests) {
        Set<String> marked = names(tests, test -> test.isAnnotatedWith(Slow.class));
        Set<String> slow =
                names(tests, test -> starts(test, tests) || test.getName().equals(LONG));
        assertEquals(Set.of(), without(slow, marked), "need the annotation Slow");
        assertEquals(Set.of(), without(marked, slow), "are quick");
        assertTrue(slow.contains("io.fleetcron.agent.PlantedLinksTest"), "the tests' classes have been found");
    }

    private static Set<String> without(Set<String> some, Set<String> others) {
        Set<String> rest = new TreeSet<>(some);
        rest.removeAll(others);
        return rest;
    }

    private static Set<String> names(JavaClasses tests, Predicate<JavaClass> which) {
        return tests.stream()
                .filter(SlowTestsTest::isTest)
                .filter(which)
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isTest(JavaClass type) {
        return type.getSimpleName().endsWith("Test") && type.getEnclosingClass().isEmpty();
    }

    /** Itself, or by other classes of the tests that it uses. */
    private static boolean starts(JavaClass test, JavaClasses tests) {
        Set<String> seen = new HashSet<>(HELPERS);
        Deque<JavaClass> rest = new ArrayDeque<>(List.of(test));
        while (!rest.isEmpty()) {
            JavaClass next = rest.removeFirst();
            if (startsItself(next)) {
                return true;
            }
            for (Dependency dependency : next.getDirectDependenciesFromSelf()) {
                String target =
                        dependency.getTargetClass().getBaseComponentType().getName();
                if (tests.contain(target) && seen.add(target)) {
                    rest.add(tests.get(target));
                }
            }
        }
        return false;
    }

    private static boolean startsItself(JavaClass type) {
        return type.getCodeUnitCallsFromSelf().stream()
                        .anyMatch(call -> CALLS.contains(call.getTargetOwner().getName() + "." + call.getName()))
                || type.getReferencedClassObjects().stream()
                        .anyMatch(named -> PROGRAMS.contains(named.getRawType().getName()));
    }
}
