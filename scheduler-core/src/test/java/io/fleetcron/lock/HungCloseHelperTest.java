package io.fleetcron.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which mounts count as NFS; that the process ends on a hung mount is shown by the laboratory's scenario 8. */
class HungCloseHelperTest {

    @Test
    void onlyNfsMountsCount() {
        assertEquals(
                Set.of("27", "31"),
                HungCloseHelper.mounts(List.of(
                        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
                        "27 22 0:45 / /mnt/efs rw,relatime shared:9 - nfs4 10.0.0.1:/ rw,vers=4.1,hard",
                        "31 22 0:46 / /mnt/old rw,relatime - nfs 10.0.0.1:/old rw,vers=3",
                        "35 22 0:47 / /proc/fs/nfsd rw,relatime - nfsd nfsd rw")));
    }
}
