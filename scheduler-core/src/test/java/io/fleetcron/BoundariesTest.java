package io.fleetcron;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** Who may import whom. Each rule says why; a change that needs another rule changes it here, and says why as well. */
@AnalyzeClasses(packages = "io.fleetcron", importOptions = ImportOption.DoNotIncludeTests.class)
class BoundariesTest {

    private static final String CONFIG = "io.fleetcron.config..";
    private static final String FLEET = "io.fleetcron.fleet..";
    private static final String LOCK = "io.fleetcron.lock..";
    private static final String LEDGER = "io.fleetcron.ledger..";
    private static final String RUN = "io.fleetcron.run..";
    private static final String SCHEDULE = "io.fleetcron.schedule..";
    private static final String OBSERVE = "io.fleetcron.observe..";
    private static final String DOCTOR = "io.fleetcron.doctor..";
    private static final String AGENT = "io.fleetcron.agent..";
    private static final String CLI = "io.fleetcron.cli..";
    private static final String[] LIBRARIES = {"java..", "org.jspecify..", "org.slf4j..", "com.google.gson.."};

    @ArchTest
    static final ArchRule CONFIG_KNOWS_NOTHING_OF_THE_CORE = imports(CONFIG, "org.yaml.snakeyaml..")
            .because("definitions are plain values, to be read and tested without an agent");

    @ArchTest
    static final ArchRule FLEET_IS_FORMS_ALONE =
            imports(FLEET, CONFIG).because("what instances leave for each other must be readable by every side");

    @ArchTest
    static final ArchRule LOCK_KNOWS_NO_JOBS = imports(LOCK, "com.sun.jna..")
            .because("a lock is a file and a descriptor; what it protects is none of its business");

    @ArchTest
    static final ArchRule LEDGER_DECIDES_AND_TOUCHES_NOTHING = imports(LEDGER, CONFIG, FLEET)
            .because("the protocol is a pure function of record, definition and time, tested by tables; the strict"
                    + " reader of what other hosts wrote is the fleet's");

    @ArchTest
    static final ArchRule LEDGER_HAS_NO_HANDS = noClasses()
            .that()
            .resideInAPackage(LEDGER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file..", "java.net..", "java.util.concurrent..")
            .because("decisions open no file, ask no network and start no thread");

    @ArchTest
    static final ArchRule RUN_KNOWS_NO_PROTOCOL = imports(RUN, "io.fleetcron.lock.natives..")
            .because("a supervisor starts, watches and kills; why, the ledger knows");

    @ArchTest
    static final ArchRule SCHEDULE_KNOWS_NO_LOCKS = imports(SCHEDULE, CONFIG, "org.quartz..")
            .because("timing hands fires over and never blocks on what becomes of them");

    @ArchTest
    static final ArchRule OBSERVE_READS = imports(OBSERVE, CONFIG, FLEET, LEDGER, LOCK, RUN)
            .because("readers know the forms of what is written, and nobody who writes");

    @ArchTest
    static final ArchRule OBSERVE_TAKES_NO_LOCK = noClasses()
            .that()
            .resideInAPackage(OBSERVE)
            .should()
            .dependOnClassesThat(resideInAPackage(LOCK)
                    .and(not(simpleName("SharedRoot")))
                    .and(not(simpleName("PlantedFileException"))))
            .because("readers open what others wrote by the one opener, and lock nothing");

    /** Whoever is named here opens only files of this host: in the state directory, in /proc, in /sys. */
    @ArchTest
    static final ArchRule SHARED_FILES_BY_ONE_OPENER = noClasses()
            .that()
            .resideInAnyPackage(FLEET, LEDGER, OBSERVE, LOCK, AGENT, DOCTOR)
            .and()
            .doNotHaveSimpleName("SharedRoot")
            .and(not(namedOneOf(
                    // fleet and observe: this host's name, its state directories
                    "ThisHost",
                    "Directories",
                    // lock: /proc and /sys
                    "BootClock",
                    "FlockDirectory",
                    "LeftOpen",
                    "Mount",
                    "OpenLocks",
                    "StorageChecks",
                    // doctor: the path to the shared directory itself, and programs
                    "HostChecks",
                    "SharedChecks",
                    // agent: run directories, mails, environment files and the boot's record
                    "BootNote",
                    "EnvFiles",
                    "HistorySpool",
                    "LedgerMemory",
                    "MailOutput",
                    "Mailer",
                    "OutputLines",
                    "OutputTail",
                    "Outputs",
                    "Rivals",
                    "RunGroups",
                    "Sendmail",
                    "Workplace")))
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.nio.file.Files")
            .because("a path below the shared directory may be a link by now: SharedRoot looks at what it opens");

    private static DescribedPredicate<JavaClass> namedOneOf(String... names) {
        Set<String> all = Set.of(names);
        return DescribedPredicate.describe(
                "classes of files of this host",
                type -> all.contains(outermost(type).getSimpleName()));
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(BoundariesTest::outermost).orElse(type);
    }

    @ArchTest
    static final ArchRule DOCTOR_CLAIMS_NOTHING = imports(DOCTOR, CONFIG, FLEET, LOCK, OBSERVE)
            .because("checks take locks of their own and never start, record or decide anything");

    @ArchTest
    static final ArchRule AGENT_IS_WHERE_THE_PARTS_MEET = noClasses()
            .that()
            .resideInAnyPackage(CONFIG, FLEET, LOCK, LEDGER, RUN, SCHEDULE, OBSERVE, DOCTOR)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(AGENT, CLI)
            .because("there is one place that joins the parts, and no part reaches for another through it");

    @ArchTest
    static final ArchRule AGENT_NEEDS_NO_READERS = noClasses()
            .that()
            .resideInAPackage(AGENT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(OBSERVE, DOCTOR, CLI)
            .because("the agent reads under its locks; the readers for people read without");

    @ArchTest
    static final ArchRule ONLY_THREE_COMMANDS_TAKE_LOCKS_OF_JOBS = noClasses()
            .that()
            .resideInAPackage(CLI)
            .and()
            .haveSimpleNameNotContaining("AgentCommand")
            .and()
            .haveSimpleNameNotContaining("RunCommand")
            .and()
            .haveSimpleNameNotContaining("SettleCommand")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(AGENT)
            .because("all other commands only look, and must start quickly");

    @ArchTest
    static final ArchRule NATIVE_CALLS_IN_ONE_PLACE = noClasses()
            .that()
            .resideOutsideOfPackage("io.fleetcron.lock.natives..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..")
            .because("every native call is a chance to crash the process: one place to review");

    @ArchTest
    static final ArchRule QUARTZ_IN_ONE_PLACE = noClasses()
            .that()
            .resideOutsideOfPackage(SCHEDULE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.quartz..")
            .because("the timing engine can be replaced behind its port");

    @ArchTest
    static final ArchRule YAML_IN_ONE_PLACE = noClasses()
            .that()
            .resideOutsideOfPackage(CONFIG)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.yaml..")
            .because("definitions leave the loader as plain records");

    @ArchTest
    static final ArchRule THE_COMMAND_LINE_IN_ONE_PLACE = noClasses()
            .that()
            .resideOutsideOfPackage(CLI)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..")
            .because("nothing but the command line knows how it is parsed");

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching("io.fleetcron.(*)..")
            .should()
            .beFreeOfCycles()
            .because("a part is tested without the others");

    /** Classes of a package import only themselves, these, and the libraries that everybody may use. */
    private static ArchRule imports(String from, String... others) {
        String[] allowed = new String[others.length + LIBRARIES.length + 1];
        System.arraycopy(others, 0, allowed, 0, others.length);
        System.arraycopy(LIBRARIES, 0, allowed, others.length, LIBRARIES.length);
        allowed[allowed.length - 1] = from;
        return classes()
                .that()
                .resideInAPackage(from)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }
}
