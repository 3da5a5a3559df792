# shellcheck shell=sh
# Sourced by the scripts that build: finds a JDK, Maven and a C compiler, or installs them.
#
#   need NAME...   each of: jdk, maven, or a program's name (cc, openssl, shellcheck, rpm ...). Installs what is missing,
#                  through the system's own packages, as root or with `sudo -n`; where that is not allowed it prints the
#                  line to run and ends with status 2.
#   compile_tests ROOT        compiles the tests of scheduler-core, and sets TEST_CLASSES to their class path.
#   build_program PACKAGING   builds the program folder below packaging/target, if it is not newer than its sources.
#
# Sets JAVA_HOME and MVN. Installs nothing that is there already.

readonly OLDEST_JAVA=17
readonly OLDEST_MAVEN=3.8.1 # what the build's enforcer demands
# For distributions whose own Maven is older: that one fetches this one, from the repository it is set up with.
readonly NEWER_MAVEN=3.9.11
readonly FETCH_PLUGIN=org.apache.maven.plugins:maven-dependency-plugin:3.9.0

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 2
}

need() {
  _missing=
  for _tool in "$@"; do
    find_tool "$_tool" || _missing="$_missing $_tool"
  done
  [ -z "$_missing" ] || install_missing "$_missing"
  for _tool in $_missing; do
    find_tool "$_tool" || fail "$_tool is still missing or too old after the installation; install it by hand"
  done
}

find_tool() {
  case $1 in
    jdk | maven | cc) "find_$1" ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

# A JDK, not only a Java: the build compiles.
find_jdk() {
  for _home in "${JAVA_HOME:-}" "$(home_of_javac)" /usr/lib/jvm/*; do
    if [ -n "$_home" ] && [ -x "$_home/bin/javac" ] && [ "$(major_of "$_home")" -ge $OLDEST_JAVA ]; then
      JAVA_HOME=$_home
      export JAVA_HOME
      return 0
    fi
  done
  return 1
}

# A C compiler that can link a static program, which the supervisor of runs is.
find_cc() {
  _probe=$(mktemp)
  echo 'int main(void) { return 0; }' | "${CC:-cc}" -fPIE -static-pie -x c -o "$_probe" - >/dev/null 2>&1
  _status=$?
  rm -f "$_probe"
  return $_status
}

home_of_javac() {
  _javac=$(command -v javac) || return 0
  _javac=$(readlink -f "$_javac")
  say "${_javac%/bin/javac}"
}

# `javac 17.0.9` and `javac 1.8.0_392`, both on either output.
major_of() {
  _version=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \(1\.\)\{0,1\}\([0-9]*\).*/\2/p')
  say "${_version:-0}"
}

find_maven() {
  MVN=mvn
  command -v mvn >/dev/null 2>&1 || return 1
  _version=$(version_of_maven)
  newer_or_equal "$_version" $OLDEST_MAVEN && return 0
  MVN=${XDG_CACHE_HOME:-$HOME/.cache}/fleetcron/apache-maven-$NEWER_MAVEN/bin/mvn
  [ ! -x "$MVN" ] || return 0
  say "Maven $_version is older than $OLDEST_MAVEN; it fetches Maven $NEWER_MAVEN into ${MVN%/apache*}"
  mvn -q -B "$FETCH_PLUGIN:unpack" -Dartifact="org.apache.maven:apache-maven:$NEWER_MAVEN:zip:bin" \
    -DoutputDirectory="${MVN%/apache*}" </dev/null || fail "Maven could not fetch a newer Maven; see above"
  chmod +x "$MVN"
}

version_of_maven() { mvn -B -version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9.]*\).*/\1/p'; }

newer_or_equal() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# install_missing 'jdk maven'
install_missing() {
  if command -v apt-get >/dev/null 2>&1; then
    _refresh='apt-get -q update'
    _install='apt-get -q -y --no-install-recommends install'
  elif command -v dnf >/dev/null 2>&1; then
    _refresh=
    _install="dnf -q -y$(static_repository "$1") install"
  else
    fail "missing:$1. This system has neither apt-get nor dnf; install a JDK $OLDEST_JAVA or newer, Maven \
$OLDEST_MAVEN or newer, gcc with the C library's static files, and openssl, then run this again"
  fi
  if [ "$(id -u)" = 0 ]; then
    _as_root='env DEBIAN_FRONTEND=noninteractive'
  elif sudo -n true 2>/dev/null; then
    _as_root='sudo -n env DEBIAN_FRONTEND=noninteractive'
  else
    fail "missing:$1. Only root can install packages, and sudo wants a password here. Run this, then try again:
  sudo sh -c '${_refresh:+$_refresh && }$_install $(packages "$1")'"
  fi
  # shellcheck disable=SC2086 # the words of a command
  [ -z "$_refresh" ] || $_as_root $_refresh >&2 </dev/null || fail "\`$_refresh\` failed; see above"
  _packages=$(packages "$1")
  say "Installing $_packages"
  # shellcheck disable=SC2086
  $_as_root $_install $_packages >&2 </dev/null || fail "\`$_install $_packages\` failed; see above"
}

# The distribution's names of what is missing.
packages() {
  _names=
  for _tool in $1; do
    case $_tool in
      jdk) _names="$_names $(jdk_package)" ;;
      cc) if [ -n "$_refresh" ]; then _names="$_names gcc libc6-dev"; else _names="$_names gcc glibc-static"; fi ;;
      readelf) _names="$_names binutils" ;;
      shellcheck) if [ -n "$_refresh" ]; then _names="$_names shellcheck"; else _names="$_names ShellCheck"; fi ;;
      node) _names="$_names nodejs" ;;
      man) _names="$_names man-db" ;;
      promtool) _names="$_names prometheus" ;;
      rpm2archive) if [ -n "$_refresh" ]; then _names="$_names rpm2cpio"; else _names="$_names rpm"; fi ;;
      rpmbuild) if [ -n "$_refresh" ]; then _names="$_names rpm"; else _names="$_names rpm-build"; fi ;;
      systemd-analyze) _names="$_names systemd" ;;
      gpg) if [ -n "$_refresh" ]; then _names="$_names gpg gpg-agent"; else _names="$_names gnupg2"; fi ;;
      rpmsign) if [ -n "$_refresh" ]; then _names="$_names rpm"; else _names="$_names rpm-sign"; fi ;;
      qemu-*-static) _names="$_names qemu-user-static" ;;
      *) _names="$_names $_tool" ;;
    esac
  done
  say "${_names# }"
}

# An option for dnf: RHEL and its rebuilds have the static C library in a repository that is not enabled by default.
static_repository() {
  case " $1 " in *" cc "*) ;; *) return 0 ;; esac
  dnf -q repolist --all 2>/dev/null |
    awk '/^(crb|codeready-builder-for-rhel-[0-9]+-[a-z0-9_]+-rpms) / { print " --enablerepo=" $1; exit }'
}

# The oldest that will do, so that the build is the one that CI sees; newer distributions drop older ones.
jdk_package() {
  if [ -n "$_refresh" ]; then
    for _major in $OLDEST_JAVA 21 25; do
      if apt-cache show "openjdk-$_major-jdk-headless" >/dev/null 2>&1; then
        say "openjdk-$_major-jdk-headless"
        return
      fi
    done
    say openjdk-$OLDEST_JAVA-jdk-headless
  elif grep -q '^ID="amzn"' /etc/os-release 2>/dev/null; then
    say java-$OLDEST_JAVA-amazon-corretto-devel
  else
    say java-$OLDEST_JAVA-openjdk-devel
  fi
}

# build_program FOLDER: the program folder target/fleetcron below the folder `packaging`, unless it is up to date
# Compiles program and tests of scheduler-core, if they are out of date; TEST_CLASSES is the class path then.
compile_tests() {
  _list=$1/scheduler-core/target/virtual.classpath
  if [ ! -s "$_list" ] || [ -n "$(find "$1/config/src" "$1/scheduler-core/src" "$1"/pom.xml "$1"/*/pom.xml \
    -newer "$_list" -type f | head -n 1)" ]; then
    need jdk maven cc >&2
    rm -f "$_list"
    (cd "$1" && "$MVN" -q -B -ntp -pl config,scheduler-core test-compile "$FETCH_PLUGIN:build-classpath" \
      -Dmdep.outputFile=target/virtual.classpath </dev/null) >&2 || fail "it does not compile; see above"
  fi
  find_jdk || fail "no JDK $OLDEST_JAVA or newer"
  # shellcheck disable=SC2034 # for who sources this
  TEST_CLASSES=$1/scheduler-core/target/test-classes:$1/scheduler-core/target/classes:$(cat "$_list")
}

build_program() {
  _program=$1/target/fleetcron/bin/fleetcron
  if [ -x "$_program" ] && [ -z "$(find "$1/../config/src/main" "$1/../scheduler-core/src/main" "$1/src" \
    "$1"/../pom.xml "$1"/../*/pom.xml -newer "$_program" -type f | head -n 1)" ]; then
    return
  fi
  need maven cc
  say "Building the program (a minute or two, the first time) ..."
  (cd "$1/.." && "$MVN" -q -B -ntp package -DskipTests </dev/null) || fail "the build failed; see above"
  touch "$_program"
}
