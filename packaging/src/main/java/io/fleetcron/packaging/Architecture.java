package io.fleetcron.packaging;

/** What packages are made for. */
enum Architecture {
    X86_64("x86_64", "amd64", "linux-x86-64"),
    AARCH64("aarch64", "arm64", "linux-aarch64");

    /** As {@code uname -m} and RPM call it. */
    final String machine;

    final String debian;

    /** Where JNA's own library is in its archive. */
    final String jna;

    Architecture(String machine, String debian, String jna) {
        this.machine = machine;
        this.debian = debian;
        this.jna = jna;
    }
}
