package io.fleetcron.packaging;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The program, which runs from wherever this folder is. It has the native files of every architecture for which the build
 * has made the supervisor.
 */
final class ProgramFolder {

    private static final String SUPERVISOR = "/fleetcron-supervisor";

    private final Path module;
    private final Folder folder;

    private ProgramFolder(Path module, Folder folder) {
        this.module = module;
        this.folder = folder;
    }

    static Path make(Path module) throws IOException {
        Folder folder = Folder.empty(module.resolve("target/fleetcron"));
        ProgramFolder program = new ProgramFolder(module, folder);
        folder.copy(module.resolve("src/main/bin"), "bin");
        program.archives();
        program.natives();
        folder.copy(module.resolve("../examples"), "share/doc/examples");
        folder.copy(module.resolve("../LICENSE"), "share/doc/LICENSE");
        folder.copy(module.resolve("../CHANGELOG.md"), "share/doc/CHANGELOG.md");
        return folder.path();
    }

    /** Whether this program folder can run jobs on that architecture. */
    static boolean supports(Path program, Architecture architecture) {
        return Files.exists(program.resolve("lib/native/" + architecture.machine + SUPERVISOR));
    }

    private void archives() throws IOException {
        try (Stream<Path> files = Files.list(dependencies())) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                folder.copy(file, "lib/" + (name.equals("fleetcron-scheduler-core.jar") ? "fleetcron.jar" : name));
            }
        }
    }

    /** JNA's library lies unpacked beside the program: /tmp may be read-only or noexec. */
    private void natives() throws IOException {
        Path supervisors = module.resolve("../scheduler-core/target/classes/io/fleetcron/run");
        try (FileSystem jna = FileSystems.newFileSystem(dependencies().resolve("jna.jar"))) {
            for (Architecture architecture : Architecture.values()) {
                String natives = "lib/native/" + architecture.machine;
                Path library = jna.getPath("com/sun/jna", architecture.jna, "libjnidispatch.so");
                folder.write(natives + "/libjnidispatch.so", Files.readAllBytes(library));
                Path supervisor = supervisors.resolve(architecture.machine + SUPERVISOR);
                if (Files.exists(supervisor)) {
                    folder.copy(supervisor, natives + SUPERVISOR);
                }
            }
        }
    }

    private Path dependencies() {
        return module.resolve("target/dependency");
    }
}
