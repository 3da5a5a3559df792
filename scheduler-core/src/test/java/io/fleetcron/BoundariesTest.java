package io.fleetcron;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Who may import whom. Each rule says why; a change that needs another rule changes it here, and says why as well. */
@AnalyzeClasses(packages = "io.fleetcron", importOptions = ImportOption.DoNotIncludeTests.class)
class BoundariesTest {

    private static final String PROJECT = "io.fleetcron.";
    private static final String[] LIBRARIES = {"java..", "org.jspecify..", "org.slf4j..", "com.google.gson.."};

    /**
     * Package, what it may import besides itself and the libraries that everybody may use, and why. A library of its own
     * has an @. What a line does not name is refused.
     */
    private static final String IMPORTS = """
            config.yaml     | @org.yaml.snakeyaml              | text with positions, whatever it defines
            config.schedule |                                 | one pure answer to "when next", to be tested alone
            config.calendar | config.yaml config.schedule     | days on which jobs rest are read and tested without a job
            config          | config.calendar config.yaml config.schedule | definitions are plain values, whoever makes them
            config.trust    | config config.yaml              | whom a file belongs to does not depend on what is in it
            config.load     | config config.calendar config.schedule config.trust config.yaml | files are read and tested without an agent
            json            | config                          | what other hosts wrote is read strictly, whatever it is about
            config.crontab  | config                          | what crond makes of a crontab is read and tested without a job
            config.crontab.jobs | config config.crontab config.schedule config.yaml | an importer writes definitions and knows of no fleet
            natives         | @com.sun.jna                     | every native call is a chance to crash the process: one place to review
            storage         | natives                         | files of a share that may hang, lie or be planted; what is in them others know
            lock            | natives storage                 | a lock is a file and a descriptor; what it protects is none of its business
            fleet           | config config.schedule config.trust json | what instances leave for each other must be readable by every side
            timing          | config config.schedule fleet @org.quartz | timing hands fires over and never blocks on what becomes of them
            ledger          | config config.schedule fleet json | the protocol is a pure function of record, definition and time
            late            | config config.schedule fleet json ledger | what is late is a pure function of record, definition and time
            run             | fleet natives                   | a supervisor starts, watches and kills; why, the ledger knows
            output          | config fleet run storage        | what runs write is kept, whatever it says and however they ended
            history         | ledger storage                  | a settled fire is written down, whoever settled it
            mail            | config fleet late ledger output     | a message about a settled fire changes nothing about it
            notify          | command config fleet json late ledger lock loop mail membership storage @javax.net.ssl | a notification about a settled fire changes nothing about it
            membership      | config config.schedule fleet json ledger lock storage | who is alive is a hint: it must not reach for runs
            command         | config config.trust natives run | what a command gets on this host does not depend on the fleet
            loop            |                                 | a thread and a queue know nothing of what they carry
            look            | ledger membership               | when to try a lock is a pure function of state, event and time
            fitness         | command config fleet loop run   | what a host cannot run is known before a lock is tried
            control         | config fleet json ledger storage | what people ask of the fleet is read and understood alike by every side; no lock is taken
            group           | config fleet json lock storage  | which fires may run together is found out before anything of them is recorded
            ledger.file     | fleet history json ledger lock membership run storage | a record is read and written under a lock, whoever decided it
            claim           | config config.schedule control fitness fleet group history ledger ledger.file lock look loop membership run storage | one job at one instance joins the parts, but not how they are made
            retention       | fleet late lock storage         | what is old goes by its name alone, in nobody's way
            host            | config config.schedule config.trust fleet lock membership natives storage | what a host gives its agent is there before any job is
            roster          | claim config config.schedule control fleet lock loop run | which jobs there are, and not how one is claimed
            audit           | config config.schedule fleet ledger | what must have happened is computed, and compared with what did
            audit.crond     | config fleet json ledger        | what crond's logs say is read and compared without a file
            observe         | audit config config.schedule control fleet json late ledger run storage | readers know the forms of what is written, and nobody who writes
            observe.newest  | fleet ledger observe storage    | what is read again and again is read once, and whoever shows it does not care
            metrics         | config config.schedule fleet late ledger lock look membership observe storage @io.prometheus @com.sun.net.httpserver | what is counted is heard from those who report it, and changes nothing for them
            agent           | claim command config config.schedule control fitness fleet group history host late ledger ledger.file lock look loop mail membership metrics natives notify output retention roster run storage timing | the one place that makes the parts and ends them
            byhand          | agent claim config control fitness fleet history host ledger ledger.file lock look loop membership output run storage | what a person begins is made of an agent's parts, and no agent knows of it
            steer           | config control fleet host lock observe storage | commands write what is asked, and wait until it is read: no agent needs that
            page            | config config.schedule control fleet late ledger observe observe.newest run | a page of what was read, which nobody who writes knows of
            page.http       | @com.sun.net.httpserver          | a server shows what it is given, and can do nothing else
            doctor          | config config.load config.trust config.yaml fleet json lock observe storage | checks take locks of their own and never start, record or decide anything
            cli.logging     | config fleet json @ch.qos.logback | a log line has one form, whoever writes it
            cli.console     | config config.yaml @picocli | what a person sees does not depend on what it is about
            cli.option      | cli.console config config.load config.trust config.yaml fleet host late observe observe.newest page @picocli | options mean the same to each command
            cli.files       | cli.console cli.option config config.calendar config.crontab config.crontab.jobs config.load config.schedule config.trust config.yaml fleet host late observe @picocli | what is asked of files alone needs no fleet
            cli.audit       | audit audit.crond cli.console cli.option config config.yaml control fleet late ledger observe @picocli | the audit is computed elsewhere
            cli.control     | byhand cli.console cli.option config config.yaml control fleet host ledger observe run steer @picocli | a request is written elsewhere, and so is a run by hand made
            cli             | agent audit byhand cli.audit cli.console cli.control cli.files cli.logging cli.option config config.load config.yaml control doctor fleet host json late ledger lock observe observe.newest page page.http run @picocli @ch.qos.logback | parses and prints, and decides nothing
            """;

    @ArchTest
    static void packagesImportWhatTheTableSays(JavaClasses classes) {
        Set<String> known = new TreeSet<>();
        List<String> wrong = new ArrayList<>();
        for (String line : IMPORTS.lines().toList()) {
            String[] cells = line.strip().split("\\s*\\|\\s*");
            known.add(PROJECT + cells[0]);
            EvaluationResult result =
                    imports(cells[0], cells[1].split(" ")).because(cells[2]).evaluate(classes);
            wrong.addAll(result.getFailureReport().getDetails());
        }
        classes.stream()
                .map(JavaClass::getPackageName)
                .filter(Predicate.not(known::contains))
                .distinct()
                .forEach(name -> wrong.add(name + " has no line in the table"));
        assertEquals(List.of(), wrong);
    }

    /** Classes of a package import only themselves, these, and the libraries that everybody may use. */
    private static ArchRule imports(String from, String... others) {
        Stream<String> more = Arrays.stream(others)
                .filter(Predicate.not(String::isEmpty))
                .map(name -> name.startsWith("@") ? name.substring(1) + ".." : PROJECT + name);
        String[] allowed = Stream.of(Arrays.stream(LIBRARIES), more, Stream.of(PROJECT + from))
                .flatMap(names -> names)
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(PROJECT + from)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }

    /** Whoever decides something by time is given a clock. Quartz waits for the wall clock, whoever asks. */
    @ArchTest
    static final ArchRule ONE_CLASS_READS_THE_CLOCK = noClasses()
            .that(not(namedOneOf("SystemTime", "QuartzTiming")))
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(InstantSource.class, "system")
            .because("a test turns the clock of everything else by hand");

    @ArchTest
    static final ArchRule LEDGER_HAS_NO_HANDS = noClasses()
            .that()
            .resideInAPackage(PROJECT + "ledger")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file..", "java.net..", "java.util.concurrent..")
            .because("decisions open no file, ask no network and start no thread");

    /** Whoever is named here opens only files of this host: in the state directory, in /proc, in /sys. */
    @ArchTest
    static final ArchRule SHARED_FILES_BY_ONE_OPENER = noClasses()
            .that()
            .resideOutsideOfPackages(PROJECT + "config..", PROJECT + "cli..", PROJECT + "run")
            .and()
            .doNotHaveSimpleName("SharedRoot")
            .and(not(namedOneOf(
                    // fleet and observe: this host's name, its state directories, output of its own runs
                    "ThisHost",
                    "DirectoryListing",
                    "OutputSource",
                    // natives, storage and lock: /proc and /sys
                    "BootClock",
                    "FileIdentity",
                    "FileStamp", // of configuration files
                    "FlockDirectory",
                    "HungCloseHelper",
                    "Mount",
                    "LockUsage",
                    "StorageChecks",
                    // doctor: the path to the shared directory itself, and programs
                    "HostChecks",
                    "SharedChecks",
                    // run directories, locks of this host, mails, environment files, control groups and the boot's
                    // record
                    "BootRecord",
                    "Beneath",
                    "EnvFileReader",
                    "HistorySpool",
                    "LedgerMemory",
                    "LocalLocks",
                    "MailExcerpt",
                    "MailSpool",
                    "OutputLineReader",
                    "FileTail",
                    "OutputCollector",
                    "DuplicateInstanceCheck",
                    "CgroupParents",
                    "FedProgram",
                    "Sendmail",
                    // notify: what a program of this host reads
                    "Courier",
                    // metrics: what node_exporter reads
                    "Textfile",
                    "AgentDirectories")))
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
    static final ArchRule ONLY_THREE_COMMANDS_TAKE_LOCKS_OF_JOBS = noClasses()
            .that()
            .resideInAPackage(PROJECT + "cli..")
            .and()
            .haveSimpleNameNotContaining("AgentCommand")
            .and()
            .haveSimpleNameNotContaining("RunCommand")
            .and()
            .haveSimpleNameNotContaining("SettleCommand")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(PROJECT + "agent")
            .because("all other commands only look, and must start quickly");

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching("io.fleetcron.(**)")
            .should()
            .beFreeOfCycles()
            .because("a part is tested without the others");
}
