package io.fleetcron.observe;

import io.fleetcron.fleet.Member;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The member files of a fleet. One that is torn or foreign is passed over. */
public final class MemberFiles {

    private final Path members;

    /**
     * @param members the folder that holds one file for each instance
     */
    public MemberFiles(Path members) {
        this.members = members;
    }

    /**
     * Every instance that left a member file, by id.
     *
     * @param now by the server's clock
     */
    public List<SeenInstance> read(Instant now) throws IOException {
        List<SeenInstance> all = new ArrayList<>();
        for (Path file : Directories.list(members)) {
            if (Files.isRegularFile(file)) {
                read(file, now).ifPresent(all::add);
            }
        }
        return all;
    }

    private static Optional<SeenInstance> read(Path file, Instant now) throws IOException {
        try {
            // Opening asks an NFS server for the newest state; what the time is asked of then is fresh as well.
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            Instant seen = Files.getLastModifiedTime(file).toInstant();
            boolean alive = Duration.between(seen, now).compareTo(Member.ALIVE) <= 0;
            return Member.parse(text)
                    .filter(member -> member.instance().equals(Directories.name(file)))
                    .map(member -> new SeenInstance(member, seen, alive));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
