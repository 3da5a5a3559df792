#!/bin/sh
# The supervisor of one fleetcron run.
#
#   supervisor.sh run   DIR MARKER NAME=VALUE... -- ARGV...
#   supervisor.sh sweep DIR MARKER CGROUP SUPERVISOR_PID SUPERVISOR_START
#
# run: descriptor 3 is the job's locked file. This process (S) keeps it open for as long as anything of the run is
# left, so the lock lives exactly as long as the run. The command never sees the descriptor. A second process (W, the
# guard) keeps the time limits and the heartbeat, and ends everything if S disappears or the lock is in doubt. W itself
# never touches the shared file, which may hang: only children it can afford to lose do. A third one (X) waits for the
# end of W and tells S, which starts another guard.
#
# sweep: S has disappeared; ends what is left of its run.
#
# Variables carry the prefix _fc_ and are not exported; what NAME=VALUE says is known as _fc_NAME. The command's
# environment arrives as _fc_v_NAME, so that nothing in it (PATH, LD_PRELOAD, LC_ALL, IFS) means anything to this script,
# nor to anything else that has not yet given up its rights for those of the command's user. Times are milliseconds of the boot-time
# clock, /proc/uptime, which no clock change and no suspend disturbs.
#
# What goes into the shared file goes through the very open file description that owns the lock, so that the server
# refuses it once the lock is lost. No standard tool can write there at an absolute place: dd moves the offset forward
# only, and nothing but tac moves it back. So two of them must never be at work on descriptor 3 at once.

set -u
LC_ALL=C
PATH=/usr/bin:/bin:/usr/sbin:/sbin
export LC_ALL PATH
umask 077

# ---------------------------------------------------------------------------------------------------------- clock

# _fc_now: milliseconds since boot
_fc_read_now() {
  read -r _fc_now _fc_rest </proc/uptime
  _fc_now=${_fc_now%.*}${_fc_now#*.}0
}

# _fc_seconds: $1 milliseconds as sleep(1) wants them
_fc_as_seconds() {
  _fc_rest=$((1000 + $1 % 1000))
  _fc_seconds=$(($1 / 1000)).${_fc_rest#1}
}

# Sleeps $1 milliseconds, or until a trapped signal calls _fc_wake.
_fc_pause() {
  [ "$1" -gt 0 ] || return 0
  _fc_as_seconds "$1"
  sleep "$_fc_seconds" 3>&- 6>&- 7>&- &
  _fc_sleep=$!
  [ -z "$_fc_poked" ] || kill -s PIPE "$_fc_sleep" 2>/dev/null
  wait "$_fc_sleep" 2>/dev/null
  _fc_paused=$_fc_sleep
  _fc_sleep=''
  _fc_poked=''
}

# For traps: ends the pause, also one that is just about to begin. With SIGPIPE, because a child that has not become
# sleep yet would swallow any signal that this shell traps, and bash remarks on deaths by most others.
# shellcheck disable=SC2317
_fc_wake() {
  _fc_poked=1
  [ -z "$_fc_sleep" ] || kill -s PIPE "$_fc_sleep" 2>/dev/null
}

# A shell's last act, with its signals ignored: waits for the process of a pause that was cut short. Before that has become
# sleep it has all descriptors of the shell, the lock among them.
_fc_await_pause() {
  [ -z "$_fc_paused" ] || wait "$_fc_paused" 2>/dev/null
}

# ------------------------------------------------------------------------------------------------- processes of a run

# Reads /proc/$1/stat: _fc_state _fc_ppid _fc_pgrp _fc_sid _fc_niceness _fc_start. Fails if the process is gone.
_fc_stat() {
  _fc_line=''
  { while read -r _fc_part; do _fc_line="$_fc_line $_fc_part"; done <"/proc/$1/stat"; } 2>/dev/null || return 1
  case $_fc_line in *') '*) ;; *) return 1 ;; esac
  # The name stands in parentheses and may hold anything; what follows the last one is plain.
  # shellcheck disable=SC2086
  set -- ${_fc_line##*) }
  [ $# -ge 20 ] || return 1
  _fc_state=$1 _fc_ppid=$2 _fc_pgrp=$3 _fc_sid=$4 _fc_niceness=${17}
  shift 19
  _fc_start=$1
}

# _fc_found: the live processes of the run, each as " PID ". A process belongs to it if it is in the command's session
# or group, descends from such a process, carries the run's marker in the environment it was started with, or was once
# found (_fc_known, " PID:START "): it may have lost its parent since. Where the run has a control group, whoever is in it.
# The session _fc_not_ours (S with its helpers) never does.
_fc_find() {
  _fc_own=$_fc_command
  # A number whose first owner is gone may name a stranger by now; a session whose leader is gone keeps the number.
  if [ "$_fc_own" != 0 ] && _fc_stat "$_fc_own" && [ "$_fc_start" != "$_fc_command_start" ]; then
    _fc_own=0
  fi
  _fc_table=''
  _fc_found=' '
  for _fc_file in /proc/[0-9]*/stat; do
    _fc_pid=${_fc_file#/proc/}
    _fc_pid=${_fc_pid%/stat}
    _fc_is_foreign "$_fc_pid" && continue
    if [ "$_fc_own" != 0 ] && { [ "$_fc_sid" = "$_fc_own" ] || [ "$_fc_pgrp" = "$_fc_own" ]; }; then
      _fc_add "$_fc_pid" "$_fc_start"
    else
      case $_fc_known in
        *" $_fc_pid:$_fc_start "*) _fc_found="$_fc_found$_fc_pid " ;;
        *) _fc_table="$_fc_table $_fc_pid:$_fc_start:$_fc_ppid" ;;
      esac
    fi
  done
  [ -z "$_fc_cgroup" ] || _fc_find_grouped
  _fc_add_descendants
}

_fc_find_grouped() {
  { while read -r _fc_pid; do
    case $_fc_found in *" $_fc_pid "*) continue ;; esac
    _fc_is_foreign "$_fc_pid" || _fc_add "$_fc_pid" "$_fc_start"
  done <"$_fc_cgroup/cgroup.procs"; } 2>/dev/null
}

# Kills all that the run's control group holds, at once and whatever it is. Fails if that is nothing, or it has no group.
_fc_kill_group() {
  _fc_group_holds_any || return 1
  _fc_killed=1
  echo 1 >"$_fc_cgroup/cgroup.kill"
} 2>/dev/null

_fc_group_holds_any() {
  [ -n "$_fc_cgroup" ] || return 1
  while read -r _fc_a _fc_b; do
    [ "$_fc_a $_fc_b" != 'populated 1' ] || return 0
  done <"$_fc_cgroup/cgroup.events"
  return 1
} 2>/dev/null

# Whether a process is dead, or S's own.
_fc_is_foreign() {
  _fc_stat "$1" || return 0
  case $_fc_state in Z | X) return 0 ;; esac
  [ "$_fc_sid" = "$_fc_not_ours" ]
}

_fc_add() {
  _fc_found="$_fc_found$1 "
  case $_fc_known in *" $1:$2 "*) ;; *) _fc_known="$_fc_known$1:$2 " ;; esac
}

_fc_add_descendants() {
  _fc_more=1
  while [ "$_fc_more" = 1 ]; do
    _fc_more=0
    _fc_others=''
    for _fc_entry in $_fc_table; do
      case $_fc_found in
        *" ${_fc_entry##*:} "*)
          _fc_entry=${_fc_entry%:*}
          _fc_add "${_fc_entry%:*}" "${_fc_entry#*:}"
          _fc_more=1
          ;;
        *) _fc_others="$_fc_others $_fc_entry" ;;
      esac
    done
    _fc_table=$_fc_others
  done
}

# Adds to _fc_found who carries the marker but left the session. The one search that costs processes.
_fc_find_marked() {
  _fc_marked=$(grep -lszxF "FLEETCRON_RUN=$_fc_marker" /proc/[0-9]*/environ 3>&- 6>&- 7>&-)
  for _fc_file in $_fc_marked; do
    _fc_pid=${_fc_file#/proc/}
    _fc_pid=${_fc_pid%/environ}
    case $_fc_found in *" $_fc_pid "*) continue ;; esac
    _fc_is_foreign "$_fc_pid" || _fc_add "$_fc_pid" "$_fc_start"
  done
  _fc_add_descendants
}

# Asks every process of the run to end, each once: a second SIGTERM means "at once" to many programs.
_fc_terminate() {
  _fc_find
  _fc_find_marked
  # shellcheck disable=SC2086
  if [ "$_fc_found" != ' ' ]; then
    kill -s TERM $_fc_found 2>/dev/null
    kill -s CONT $_fc_found 2>/dev/null # a stopped process would not hear it
  fi
}

# Kills every process of the run and returns once none is left. The quick ways come first: the search for marked
# processes may have to wait for a process that hangs. Parents are not killed before their children are known.
# _fc_killed: whether there ever was anything to kill.
# Where the run has a control group, one write comes before all that; the search then finds who was moved out of it.
_fc_kill_all() {
  _fc_kill_group || _fc_strike
  _fc_delay=20
  while :; do
    _fc_find
    # shellcheck disable=SC2086
    [ "$_fc_found" = ' ' ] || { _fc_killed=1; kill -s KILL $_fc_found 2>/dev/null; }
    [ "$_fc_own" = 0 ] || kill -s KILL -- "-$_fc_own" 2>/dev/null # who was born since
    _fc_find_marked
    [ "$_fc_found" != ' ' ] || _fc_kill_group || return 0
    _fc_killed=1
    # shellcheck disable=SC2086
    kill -s KILL $_fc_found 2>/dev/null
    _fc_pause "$_fc_delay"
    [ "$_fc_delay" -ge 1000 ] || _fc_delay=$((_fc_delay * 2))
  done
}

# Kills at once whom a few reads find: the command and its descendants, each stopped before its children are read
# (proc(5), children; not every kernel has it). A search of all processes takes its time on a busy host, and a host that
# was paused beyond the lease has none.
_fc_strike() {
  [ "$_fc_command" != 0 ] && _fc_stat "$_fc_command" && [ "$_fc_start" = "$_fc_command_start" ] || return 0
  case $_fc_state in Z | X) return 0 ;; esac
  _fc_killed=1
  _fc_found=''
  _fc_front=$_fc_command
  while [ -n "$_fc_front" ]; do
    # shellcheck disable=SC2086
    kill -s STOP $_fc_front 2>/dev/null
    _fc_found="$_fc_found $_fc_front"
    _fc_next=''
    for _fc_pid in $_fc_front; do
      for _fc_file in "/proc/$_fc_pid/task"/*/children; do
        _fc_part='' # the file has no line end, so `read` fails and has read all the same
        { read -r _fc_part <"$_fc_file"; } 2>/dev/null
        _fc_next=$_fc_next${_fc_part:+ $_fc_part}
      done
    done
    _fc_front=${_fc_next# }
  done
  # shellcheck disable=SC2086
  kill -s KILL $_fc_found 2>/dev/null
}

_fc_tree_lives() {
  _fc_find
  [ "$_fc_found" = ' ' ] || return 0
  _fc_find_marked
  [ "$_fc_found" != ' ' ]
}

# ------------------------------------------------------------------------------------------------- notes between S and W

# Each note is one line in a file that the agent made beforehand, overwritten in place: a full disk cannot stop it.
# Its first and last word are the same number, so that a reader notices a half-written one.

_fc_note() { # FILE SERIAL WORDS…
  _fc_to=$_fc_dir/$1
  shift
  { printf '%-127s\n' "$* $1" 1<>"$_fc_to"; } 2>/dev/null
}

# ---------------------------------------------------------------------------------------------------------- W, the guard

_fc_guard() {
  trap _fc_wake USR1
  trap '_fc_host_goes_down || _fc_stop=1; _fc_wake' TERM
  trap - USR2
  exec 6>&-
  _fc_stop='' _fc_sleep='' _fc_paused='' _fc_poked='' _fc_beat='' _fc_rewinding=0 _fc_fenced='' _fc_ending='' _fc_progress='' _fc_serial=0 _fc_wanted=go
  _fc_known=' ' _fc_killed='' _fc_why=''
  _fc_read_good
  _fc_next_beat=$((_fc_good + _fc_lease / 6)) # the claim itself was the first one
  _fc_read_now
  _fc_take_over
  while :; do
    _fc_read_now
    _fc_check_supervisor
    _fc_read_orders
    [ -z "$_fc_stop" ] || break
    [ "$_fc_lease" = 0 ] || [ -n "$_fc_fenced" ] || _fc_keep_lease
    if [ -z "$_fc_fenced" ]; then _fc_keep_limits; elif [ "$_fc_command" != 0 ]; then _fc_fence 'another attempt has begun'; fi
    _fc_pause "$_fc_wait"
  done
  trap '' TERM USR1 # nothing may cut the wait for a beat short: S writes to descriptor 3 next
  _fc_await_pause
  _fc_drop_beat
  [ -z "$_fc_fenced" ] || exit 3
  exit 0
}

# Goes on with what a guard before this one had begun.
_fc_take_over() {
  _fc_read_verdict
  [ -n "$_fc_verdict" ] || return
  case $_fc_verdict:$_fc_progress in
    fenced:ending) _fc_fence 'as the guard before this one had begun' ;;
    fenced:* | late:*) _fc_fenced=1 ;;
    *) _fc_ending=$_fc_now _fc_look=20 ;;
  esac
}

_fc_check_supervisor() {
  read -r _fc_rest _fc_rest _fc_rest _fc_parent _fc_rest </proc/self/stat
  [ "$_fc_parent" = "$_fc_s" ] && return
  _fc_kill_all # first: a beat that hangs keeps whoever waits for it
  _fc_drop_beat
  exit 4
}

# What S says: serial, attempt, the command's pid (0: none at present), its start, uptime at its start, and what is
# wanted: go, kill, stop.
_fc_read_orders() {
  _fc_wait=$_fc_tick
  { read -r _fc_a _fc_b _fc_c _fc_d _fc_e _fc_f _fc_g _fc_rest <"$_fc_dir/state"; } 2>/dev/null || return
  [ "$_fc_a" = "${_fc_g:-x}" ] && [ "$_fc_a" != "$_fc_serial" ] || return
  [ "$_fc_b:$_fc_c" = "$_fc_attempt:$_fc_command" ] || { _fc_ending='' _fc_progress='' _fc_killed=''; }
  _fc_serial=$_fc_a _fc_attempt=$_fc_b _fc_command=$_fc_c _fc_command_start=$_fc_d _fc_began=$_fc_e _fc_wanted=$_fc_f
  [ "$_fc_wanted" != stop ] || _fc_stop=1
}

# Ends an attempt at its limit or on request: SIGTERM, and SIGKILL after the job's delay.
_fc_keep_limits() {
  [ "$_fc_command" != 0 ] || return
  if [ -z "$_fc_ending" ]; then
    if [ "$_fc_wanted" = kill ]; then
      _fc_end_attempt killed
    elif [ "$_fc_timeout" != 0 ]; then
      if [ "$_fc_now" -ge $((_fc_began + _fc_timeout)) ]; then
        _fc_end_attempt timed_out
      else
        _fc_wait_until $((_fc_began + _fc_timeout))
      fi
    fi
  elif [ "$_fc_progress" = ending ]; then
    [ "$_fc_now" -lt $((_fc_ending + _fc_kill_after)) ] || _fc_kill_all
    if _fc_tree_lives; then
      [ "$_fc_look" -ge 500 ] || _fc_look=$((_fc_look * 2))
    else
      _fc_progress=ended
      _fc_note guard "$_fc_attempt" "$_fc_verdict" ended
    fi
  fi
  if [ -n "$_fc_ending" ] && [ "$_fc_progress" = ending ]; then
    _fc_wait_until $((_fc_now + _fc_look))
    [ "$_fc_now" -ge $((_fc_ending + _fc_kill_after)) ] || _fc_wait_until $((_fc_ending + _fc_kill_after))
  fi
}

_fc_end_attempt() {
  _fc_verdict=$1
  _fc_progress=ending
  _fc_note guard "$_fc_attempt" "$_fc_verdict" ending
  _fc_ending=$_fc_now
  _fc_look=20
  _fc_terminate
}

_fc_wait_until() {
  [ "$_fc_wait" -le $(($1 - _fc_now)) ] || _fc_wait=$(($1 - _fc_now))
  [ "$_fc_wait" -ge 10 ] || _fc_wait=10
}

# Renews the proof that the server still keeps the lock, or ends the run while it certainly still does.
_fc_keep_lease() {
  if [ -n "$_fc_beat" ]; then
    if kill -s 0 "$_fc_beat" 2>/dev/null; then
      _fc_wait_until $((_fc_now + _fc_beat_look)) # an error must not wait for the next tick
      [ "$_fc_beat_look" -ge "$_fc_tick" ] || _fc_beat_look=$((_fc_beat_look * 2))
    else
      _fc_judge_beat
    fi
  fi
  if [ -z "$_fc_fenced" ] && [ "$_fc_now" -ge $((_fc_good + _fc_lease * 3 / 4)) ]; then
    _fc_fence "no proof of the lock for $((_fc_now - _fc_good)) ms${_fc_why:+; the last write said:$_fc_why}"
  fi
  [ -z "$_fc_fenced" ] || return
  if [ -z "$_fc_beat" ]; then
    if [ "$_fc_now" -ge "$_fc_next_beat" ]; then
      _fc_start_beat
    else
      _fc_wait_until "$_fc_next_beat"
    fi
  fi
  _fc_wait_until $((_fc_good + _fc_lease * 3 / 4))
}

_fc_judge_beat() {
  _fc_done=$_fc_beat
  _fc_beat=''
  if wait "$_fc_done"; then
    if [ "$_fc_rewinding" = 1 ]; then
      _fc_write_beat
    else
      _fc_good=$_fc_beat_began
      _fc_note good "$_fc_good" "$_fc_good" # for S, before it starts another attempt
      _fc_why=''
    fi
    return
  fi
  _fc_why=''
  { while read -r _fc_part; do _fc_why="$_fc_why $_fc_part"; done <"$_fc_errors"; } 2>/dev/null
  # EIO, ESTALE, EBADF: the server has given the lock away, or the file is gone.
  case $_fc_why in
    *'Input/output error'* | *'Stale file handle'* | *'Bad file descriptor'*) _fc_fence "the lock is lost:$_fc_why" ;;
  esac
}

# The beats walk forward through the blocks between BEAT_BLOCK and EXIT_BLOCK, and back to the first after the last.
_fc_start_beat() {
  _fc_next_beat=$((_fc_now + _fc_lease / 6))
  _fc_errors=$_fc_dir/beat.err
  [ -d "$_fc_dir" ] || _fc_errors=/dev/null
  _fc_read_offset
  if [ "$_fc_offset" -gt $(((_fc_exit_block - 1) * 512)) ]; then
    _fc_rewinding=1
    _fc_rewind "$_fc_errors" &
    _fc_watch_beat
  else
    _fc_write_beat
  fi
}

_fc_write_beat() {
  _fc_rewinding=0
  _fc_read_offset
  _fc_at=$(((_fc_offset + 511) / 512))
  [ "$_fc_at" -ge "$_fc_beat_block" ] || _fc_at=$_fc_beat_block
  [ "$_fc_at" -lt "$_fc_exit_block" ] || return # tac did not go back: no beat, and in time the fence
  _fc_read_now # whoever waited for the processor on the way here has no older a proof than this
  _fc_beat_began=$_fc_now
  _fc_pad "{\"token\":$_fc_token,\"attempt\":$_fc_attempt,\"beat\":$((_fc_epoch + _fc_now - _fc_epoch_uptime))}"
  _fc_write_block "$_fc_at" "$_fc_errors" &
  _fc_watch_beat
}

_fc_watch_beat() {
  _fc_beat=$!
  _fc_beat_look=20
  _fc_wait_until $((_fc_now + _fc_beat_look))
}

_fc_fence() { # REASON
  _fc_fenced=1
  _fc_note guard "$_fc_attempt" fenced ending # before the kill: S must not take the command's death for a failure
  _fc_kill_all
  # If all had ended before the first kill, the command's own word stands: only the server can tell whether the lock is
  # lost, and it takes the record or refuses it.
  if [ -n "$_fc_killed$_fc_ending" ]; then _fc_verdict=fenced; else _fc_verdict=late; fi
  _fc_note guard "$_fc_attempt" "$_fc_verdict" ended
  kill -s USR2 "$_fc_s"
  echo "fenced: $1" >&2
}

_fc_drop_beat() {
  [ -n "$_fc_beat" ] || return
  kill -s KILL "$_fc_beat" 2>/dev/null
  wait "$_fc_beat" 2>/dev/null
  _fc_beat=''
}

# ---------------------------------------------------------------------------------------------------------- the lock file

# _fc_offset: where descriptor 3 stands
_fc_read_offset() {
  read -r _fc_rest _fc_offset </proc/self/fdinfo/3
}

# Moves descriptor 3 back to 8192 or less: tac reads a file in pieces of that size from its end to its beginning.
_fc_rewind() { # ERRORS
  exec tac <&3 >/dev/null 2>"$1" 3>&- 6>&- 7>&-
}

# Writes _fc_block at that block of the file, which must lie ahead of _fc_offset.
# No oflag=direct: dd would clear O_DIRECT of the shared description again.
_fc_write_block() { # BLOCK ERRORS
  set -- $(($1 * 512 - _fc_offset)) "$2"
  exec dd bs=512 count=1 iflag=fullblock oflag=seek_bytes seek="$1" conv=notrunc,fdatasync status=none \
    <<_fc_end >&3 2>"$2" 3>&- 6>&- 7>&-
$_fc_block
_fc_end
}

# _fc_block: $1 filled up with spaces to 511 characters; the line end makes 512
_fc_pad() {
  _fc_block=$1
  while [ ${#_fc_block} -le 447 ]; do _fc_block="$_fc_block                                                                "; done
  while [ ${#_fc_block} -le 503 ]; do _fc_block="$_fc_block        "; done
  while [ ${#_fc_block} -le 510 ]; do _fc_block="$_fc_block "; done
}

# ---------------------------------------------------------------------------------------------------------- S

# Copies the command's output, up to the cap; then says so once and goes on reading, so that nothing ever blocks.
_fc_copy() {
  trap - USR2
  trap '' XFSZ TERM # of a host that goes down: what the command says as it ends is wanted too
  exec 3>&- 6>&- 7>&-
  # Not with this script's priority: how much there is to copy is the command's choice.
  _fc_stat self
  _fc_copier_nice="nice -n $((_fc_nice - _fc_niceness))"
  (ulimit -f "$_fc_output_blocks" && exec $_fc_copier_nice cat <&5 >>"$_fc_dir/output" 2>"$_fc_dir/copier.err") && exit 0
  _fc_why=''
  read -r _fc_why <"$_fc_dir/copier.err"
  case $_fc_why in
    *'File too large'*) _fc_why="output cut here, at $((_fc_output_blocks * 512)) bytes; the command went on" ;;
    *) _fc_why="output lost from here on: ${_fc_why:-cannot write to $_fc_dir}" ;;
  esac
  printf '\n[fleetcron: %s]\n' "$_fc_why" >>"$_fc_dir/output"
  exec $_fc_copier_nice cat <&5 >/dev/null
}

# The last steps before the command, in a shell that has the rights of the command's user and no others.
# shellcheck disable=SC2016
_fc_own_steps='
cd -- "$1" 2>/dev/null || {
  echo "fleetcron: cannot change to the working directory $1 as ${_fc_v_LOGNAME:-this user}; create it or correct working_dir" >&2
  exit 126
}
unset PATH LC_ALL PWD OLDPWD
umask "$2"
for _fc_name in $3; do
  eval "$_fc_name=\$_fc_v_$_fc_name; export $_fc_name; unset _fc_v_$_fc_name"
done
shift 3
exec "$@"'

# Becomes the command, in a session of its own that dies with S. It is started by a row of programs, each of which does
# one thing to itself and becomes the next; they are put in front of it, the last one first.
_fc_launch() {
  trap - TERM USR1 USR2
  { echo "$_fc_oom" >/proc/self/oom_score_adj; } 2>/dev/null
  if [ -n "$_fc_cgroup" ] && ! { echo 0 >"$_fc_cgroup/cgroup.procs"; } 2>/dev/null && [ -n "$_fc_limited" ]; then
    echo "fleetcron: the run's control group $_fc_cgroup has disappeared, so it cannot be limited" >&2
    exit 126
  fi
  [ -z "$_fc_stdin" ] || exec <"$_fc_dir/stdin"
  # The shell ignores SIGINT and SIGQUIT in whatever it starts in the background; a command expects them as usual.
  _fc_which env && set -- "$_fc_path" -u _ -u SHLVL --default-signal -- "$@"
  # shellcheck disable=SC2086
  set -- $_fc_shell -c "$_fc_own_steps" fleetcron "$_fc_workdir" "$_fc_umask" "$_fc_names" "$@"
  # A change of user forgets the death signal; setpriv sets it afterwards.
  # shellcheck disable=SC2086
  if [ -n "$_fc_account" ]; then
    _fc_need setpriv ' or remove user and group from the job'
    set -- "$_fc_path" $_fc_account --inh-caps -all --ambient-caps -all --pdeathsig KILL -- "$@"
  elif _fc_which setpriv; then
    set -- "$_fc_path" --pdeathsig KILL -- "$@"
  fi
  _fc_need setsid # without a session of its own a command could not be told from this script
  set -- "$_fc_path" -- "$@"
  _fc_stat self
  if [ "$_fc_nice" != "$_fc_niceness" ]; then
    _fc_need nice ' or remove nice from the job'
    set -- "$_fc_path" -n $((_fc_nice - _fc_niceness)) "$@"
  fi
  # shellcheck disable=SC2086
  if [ -n "$_fc_ionice" ]; then
    _fc_need ionice ' or remove ionice from the job'
    set -- "$_fc_path" $_fc_ionice "$@"
  fi
  FLEETCRON_ATTEMPT=$_fc_attempt
  FLEETCRON_RUN=$_fc_marker
  export FLEETCRON_ATTEMPT FLEETCRON_RUN
  # The last thing before the command: the host may have been paused since the claim, and the lock given away.
  if _fc_lease_over; then
    _fc_note guard "$_fc_attempt" fenced ended
    exit 125
  fi
  exec "$@"
}

# _fc_path: where the program $1 is, without which there is no run
_fc_need() { # PROGRAM [OTHER REMEDY]
  _fc_which "$1" && return
  echo "fleetcron: $1 is not installed on this host; install it${2:-}" >&2
  exit 126
}

# True if the last proof of the lock is too old to start anything under it.
_fc_lease_over() {
  [ "$_fc_lease" != 0 ] || return 1
  _fc_read_good
  _fc_read_now
  [ "$_fc_now" -ge $((_fc_good + _fc_lease * 3 / 4)) ]
}

# _fc_good: when the last successful write to the lock file was begun
_fc_read_good() {
  _fc_good=$_fc_claimed
  { read -r _fc_a _fc_b _fc_c _fc_rest <"$_fc_dir/good"; } 2>/dev/null
  [ "${_fc_a:-x}" != "${_fc_c:-y}" ] || _fc_good=$_fc_b
}

# _fc_path: where the program $1 is. PATH will be the job's when it is started.
_fc_which() {
  for _fc_part in /usr/bin /bin /usr/sbin /sbin /usr/local/bin; do
    _fc_path=$_fc_part/$1
    [ ! -x "$_fc_path" ] || return 0
  done
  return 1
}

# Tells W about the attempt. A kill request that comes meanwhile is told by whoever notices it last.
_fc_publish() {
  while :; do
    _fc_publishing=1
    _fc_told=$_fc_wanted
    _fc_serial=$((_fc_serial + 1))
    _fc_note state "$_fc_serial" "$_fc_attempt" "$_fc_command" "$_fc_command_start" "$_fc_began" "$_fc_told"
    _fc_publishing=''
    [ "$_fc_told" != "$_fc_wanted" ] || break
  done
  [ -z "$_fc_w" ] || kill -s USR1 "$_fc_w"
}

# shellcheck disable=SC2317
_fc_on_kill_request() {
  if _fc_host_goes_down; then # the command has been asked too
    _fc_wake
    return
  fi
  _fc_wanted='kill'
  [ -n "$_fc_publishing" ] || _fc_publish
  _fc_wake
}

# _fc_verdict: what W did to this attempt (timed_out, killed, fenced; late: would have fenced it, but it had ended),
# empty for nothing; _fc_progress: ending, ended
_fc_read_verdict() {
  _fc_verdict=''
  { read -r _fc_a _fc_b _fc_progress _fc_c _fc_rest <"$_fc_dir/guard"; } 2>/dev/null || return
  [ "$_fc_a" != "$_fc_attempt" ] || [ "$_fc_a" != "${_fc_c:-x}" ] || _fc_verdict=$_fc_b
}

# Whether any process of the command's group is left. The one that was found last is asked first: a search through all
# processes costs a busy host dearly.
_fc_group_lives() {
  kill -s 0 -- "-$_fc_command" 2>/dev/null || return 1
  ! _fc_is_member "$_fc_member" || return 0
  for _fc_file in /proc/[0-9]*/stat; do
    _fc_member=${_fc_file#/proc/}
    _fc_member=${_fc_member%/stat}
    ! _fc_is_member "$_fc_member" || return 0
  done
  return 1 # only dead ones that nobody has waited for
}

_fc_is_member() {
  _fc_stat "$1" || return 1
  case $_fc_state in Z | X) return 1 ;; esac
  [ "$_fc_pgrp" = "$_fc_command" ]
}

# An attempt lasts until its process group is empty, so that background children of a shell command belong to it; one
# that was ended lasts until W finds nothing of it left at all.
_fc_await_attempt() {
  while :; do
    _fc_poked=''
    wait "$_fc_command"
    _fc_status=$?
    [ -n "$_fc_poked" ] || break
    kill -s 0 "$_fc_command" 2>/dev/null || break
    _fc_check_guard
  done
  _fc_delay=20
  while _fc_group_lives; do
    _fc_check_guard
    _fc_pause "$_fc_delay"
    [ "$_fc_delay" -ge 500 ] || _fc_delay=$((_fc_delay * 2))
  done
  _fc_read_verdict
  _fc_delay=20
  while [ -n "$_fc_verdict" ] && [ "$_fc_progress" != ended ]; do
    _fc_check_guard
    _fc_pause "$_fc_delay"
    [ "$_fc_delay" -ge 200 ] || _fc_delay=$((_fc_delay * 2))
    _fc_read_verdict
  done
}

# _fc_ooms: how often the kernel has killed for the group's memory limit, cgroup-v2 memory.events: a limit was reached, and
# somebody was killed (which alone may mean that the host as a whole had no memory left)
_fc_read_ooms() {
  _fc_ooms=0
  [ -n "$_fc_limited" ] || return 0
  _fc_reached=0
  while read -r _fc_a _fc_b; do
    case $_fc_a in oom) _fc_reached=$_fc_b ;; oom_kill) _fc_ooms=$_fc_b ;; esac
  done <"$_fc_cgroup/memory.events"
  [ "$_fc_reached" != 0 ] || _fc_ooms=0
} 2>/dev/null

# Says so where the kernel ended this attempt for its memory.
_fc_tell_of_limit() {
  _fc_before=$_fc_ooms
  _fc_read_ooms
  [ "$_fc_ooms" != "$_fc_before" ] || return 0
  read -r _fc_rest <"$_fc_cgroup/memory.max"
  echo "[fleetcron: the run reached its memory limit of $_fc_rest bytes, and the kernel ended it]" >&6
  [ "$_fc_status" != 0 ] || _fc_status=137
}

_fc_attempt_once() {
  _fc_read_ooms
  _fc_read_now
  _fc_began=$_fc_now
  _fc_launch "$@" >&6 2>&1 3>&- 6>&- 7>&- &
  _fc_command=$!
  _fc_start=0
  _fc_stat "$_fc_command"
  _fc_command_start=$_fc_start
  _fc_publish
  if [ -z "$_fc_w" ]; then
    _fc_start_guard
    [ "$_fc_wanted" = go ] || _fc_publish # asked for while W had no number to be told by
  fi
  _fc_await_attempt
  _fc_tell_of_limit
  _fc_command=0
  _fc_publish
  case $_fc_verdict:$_fc_status in
    fenced:* | late:125) _fc_how=fenced ;; # 125: it may be _fc_launch that found the proof too old
    *) if [ "$_fc_verdict" = killed ]; then _fc_how=killed
      elif [ "$_fc_verdict" = timed_out ]; then _fc_how=timed_out
      elif [ "$_fc_status" = 0 ]; then _fc_how=succeeded
      else _fc_how=failed
      fi ;;
  esac
}

# Waits before the next attempt; fails if there is to be none.
_fc_await_retry() {
  case $_fc_how in failed | timed_out) ;; *) return 1 ;; esac
  [ -n "$_fc_delays" ] || return 1
  [ "$_fc_verdict" != late ] || { _fc_how=fenced; return 1; }
  _fc_read_now
  _fc_until=$((_fc_now + ${_fc_delays%% *}))
  case $_fc_delays in *' '*) _fc_delays=${_fc_delays#* } ;; *) _fc_delays='' ;; esac
  while [ "$_fc_now" -lt "$_fc_until" ]; do
    _fc_pause $((_fc_until - _fc_now))
    _fc_check_guard
    [ "$_fc_wanted" = go ] || { _fc_how=killed; return 1; }
    _fc_read_verdict
    case $_fc_verdict in fenced | late) _fc_how=fenced; return 1 ;; esac
    _fc_read_now
  done
}

# W holds the writing end of a pipe that it never writes to; X reads it, and so wakes when W is gone, whatever ended it.
_fc_start_guard() {
  # shellcheck disable=SC2094
  exec 8<>"$_fc_dir/alive" 9<"$_fc_dir/alive" 7>"$_fc_dir/alive"
  exec 8>&-
  _fc_guard 9<&- &
  _fc_w=$!
  exec 7>&-
  _fc_watch_guard &
  _fc_x=$!
  exec 9<&-
}

# X: tells S that W has gone, again and again: a shell may miss a signal.
_fc_watch_guard() {
  trap - TERM USR1 USR2
  exec 3>&- 6>&- # also what dash keeps of them while it redirects
  read -r _fc_rest <&9
  while :; do
    read -r _fc_rest _fc_rest _fc_rest _fc_parent _fc_rest </proc/self/stat
    [ "$_fc_parent" = "$_fc_s" ] || exit 0
    kill -s USR2 "$_fc_s"
    _fc_as_seconds "$_fc_tick"
    sleep "$_fc_seconds"
  done
}

_fc_dismiss_watcher() {
  kill -s PIPE "$_fc_x" 2>/dev/null # bash remarks on deaths by most other signals
  wait "$_fc_x" 2>/dev/null
}

# Starts another guard if W has gone before its time. What W left must not write beside it: see the top. If that cannot
# be ended, because the shared directory hangs, the run is ended in time instead.
_fc_check_guard() {
  if _fc_stat "$_fc_w" && [ "$_fc_ppid" = "$_fc_s" ]; then
    case $_fc_state in Z | X) ;; *) return ;; esac
  fi
  echo "the guard of this run, process $_fc_w, has disappeared; another one takes its place" >&2
  _fc_dismiss_watcher
  _fc_delay=20
  while _fc_kill_orphans; do
    if _fc_lease_over; then
      _fc_note guard "$_fc_attempt" fenced ending
      _fc_kill_all
      _fc_note guard "$_fc_attempt" fenced ended
      break
    fi
    _fc_pause "$_fc_delay"
    [ "$_fc_delay" -ge 500 ] || _fc_delay=$((_fc_delay * 2))
  done
  _fc_start_guard
}

# Kills what W started: processes of S's session whose parent is neither S nor the copier. Fails if there are none.
_fc_kill_orphans() {
  _fc_orphans=''
  for _fc_file in /proc/[0-9]*/stat; do
    _fc_pid=${_fc_file#/proc/}
    _fc_pid=${_fc_pid%/stat}
    _fc_stat "$_fc_pid" || continue
    case $_fc_state in Z | X) continue ;; esac
    [ "$_fc_sid" = "$_fc_s" ] || continue
    case $_fc_s:$_fc_copier in
      "$_fc_pid":* | "$_fc_ppid":* | *:"$_fc_ppid") ;;
      *) _fc_orphans="$_fc_orphans $_fc_pid" ;;
    esac
  done
  [ -n "$_fc_orphans" ] || return 1
  # shellcheck disable=SC2086
  kill -s KILL $_fc_orphans 2>/dev/null
}

_fc_stop_guard() {
  _fc_dismiss_watcher
  # By the note as well: a signal that comes before W has set its traps is lost.
  _fc_wanted=stop
  _fc_publish
  kill -s TERM "$_fc_w" 2>/dev/null
  # If W fenced meanwhile, the command had ended before: whether the lock is lost shows when the end is recorded.
  wait "$_fc_w"
}

# For the agent of this host.
_fc_record_end() {
  _fc_read_now
  _fc_end="{\"token\":$_fc_token,\"how\":\"$_fc_how\",\"exit\":$_fc_status,\"attempts\":$_fc_attempt"
  _fc_pad "$_fc_end,\"ended\":$((_fc_epoch + _fc_now - _fc_epoch_uptime)),\"ok\":1}"
  { printf '%s\n' "$_fc_block" 1<>"$_fc_dir/exit"; }
}

# The end must stand in the lock file before the lock is free, or the next claimer takes the run for lost. It costs one
# write less if the agent puts it there, with its settlement, through the descriptor that it shares with S. So S rings
# the bell and waits, holding the lock, for the agent's word: SIGUSR1, it is recorded; SIGUSR2, it could not be. If the
# agent dies, is stopped, or its storage hangs, there is no word for two seconds, and S writes the end itself: the lock
# is not free before, whoever dies. A host that dies in between loses what one loses that dies just before S has
# written. An agent that did not start S is not waited for, and none where the output is not complete yet.
# Succeeds if the agent has recorded the end.
_fc_hand_over() {
  [ -p "$_fc_dir/bell" ] && _fc_await_copier 10 20 50 || return
  _fc_word='' _fc_poked=''
  trap '_fc_word=recorded; _fc_wake' USR1
  trap '_fc_word=unrecorded; _fc_wake' USR2
  _fc_await_word 7<>"$_fc_dir/bell"
  trap '' USR1 USR2 # a word that comes from here on is too late: S writes, and the agent waits for S
  _fc_await_pause
  [ "$_fc_word" = recorded ]
}

# Rings, and keeps the bell open: what was said in it would be gone before the agent listens.
_fc_await_word() {
  echo over >&7
  for _fc_delay in 200 600 1200; do
    [ -z "$_fc_word" ] && _fc_stat $$ && [ "$_fc_ppid" = "$PPID" ] || return
    _fc_pause "$_fc_delay"
  done
}

# For whoever claims next.
_fc_leave_word() {
  for _fc_delay in 500 2000 0; do
    _fc_read_offset
    if [ "$_fc_offset" -gt $((_fc_exit_block * 512)) ]; then
      (_fc_rewind /dev/null)
      _fc_read_offset
    fi
    (_fc_write_block "$_fc_exit_block" /dev/null) && return
    _fc_pause "$_fc_delay"
  done
  echo "could not write the exit record into the lock file; it stands in $_fc_dir/exit" >&2
}

# systemd's last act is a SIGTERM to every process. Who asked for that meant the host, not this run: unless its command
# succeeds all the same, it is lost with its host, as if the power had failed. So it leaves no word, and the next claimer
# acts by on_lost.
_fc_host_goes_down() {
  read -r _fc_init </proc/1/comm && [ "$_fc_init" = systemd-shutdow ] # a name of its own: traps ask too
} 2>/dev/null

# A daemon that the command left behind may keep the pipe open: then the copier stays with it, and the run ends.
_fc_await_copier() { # MILLISECONDS…
  for _fc_delay; do
    kill -s 0 "$_fc_copier" 2>/dev/null || return 0
    _fc_pause "$_fc_delay"
  done
  ! kill -s 0 "$_fc_copier" 2>/dev/null
}

_fc_run() {
  _fc_s=$$ _fc_not_ours=$$ _fc_w='' _fc_x='' _fc_killed='' _fc_known=' ' _fc_sleep='' _fc_paused='' _fc_poked='' _fc_publishing='' _fc_wanted=go
  _fc_serial=0 _fc_attempt=0 _fc_command=0 _fc_command_start=0 _fc_began=0 _fc_status=0 _fc_member=0
  trap _fc_on_kill_request TERM
  trap _fc_wake USR2
  trap '' USR1 # until W has its trap, or it would die of an early call
  _fc_tick=5000
  if [ "$_fc_lease" != 0 ] && [ $((_fc_lease / 12)) -lt "$_fc_tick" ]; then _fc_tick=$((_fc_lease / 12)); fi
  _fc_oom=0
  { read -r _fc_oom </proc/self/oom_score_adj && echo -500 >/proc/self/oom_score_adj; } 2>/dev/null
  [ "$_fc_oom" -ge 0 ] || _fc_oom=0

  # A pipe without a process in between: open it both ways, then each way, so that no open waits for the other.
  # shellcheck disable=SC2094
  exec 4<>"$_fc_dir/pipe" 5<"$_fc_dir/pipe" 6>"$_fc_dir/pipe"
  exec 4>&-
  _fc_copy &
  _fc_copier=$!
  exec 5<&-

  while :; do
    _fc_attempt=$((_fc_attempt + 1))
    _fc_attempt_once "$@"
    _fc_await_retry || break
  done
  trap '' TERM USR2 # nothing may cut the wait for W short: see the top
  exec 6>&-
  _fc_stop_guard
  if [ "$_fc_how" = succeeded ] || ! _fc_host_goes_down; then
    _fc_record_end
    [ "$_fc_how" = fenced ] || _fc_hand_over || _fc_leave_word
  fi
  _fc_await_copier 10 20 50 100 200 500
}

# ---------------------------------------------------------------------------------------------------------- sweep

_fc_sweep() {
  _fc_not_ours=$$ _fc_sleep='' _fc_paused='' _fc_poked='' _fc_known=' ' _fc_killed=''
  _fc_command=0 _fc_command_start=0
  if { read -r _fc_a _fc_b _fc_c _fc_d _fc_rest <"$_fc_dir/state"; } 2>/dev/null && [ -n "${_fc_d:-}" ]; then
    _fc_command=$_fc_c _fc_command_start=$_fc_d
  fi
  _fc_kill_all
  _fc_known=' '
  _fc_command=$1 _fc_command_start=$2 # S's own session: W, the copier
  _fc_kill_all
}

_fc_mode=$1 _fc_dir=$2 _fc_marker=$3
shift 3
case $_fc_mode in
  run)
    # What is fixed for a run; empty where the job asks for nothing.
    _fc_token='' _fc_epoch='' _fc_epoch_uptime='' _fc_claimed='' _fc_lease='' _fc_timeout='' _fc_kill_after=''
    _fc_beat_block='' _fc_exit_block='' _fc_output_blocks='' _fc_delays=''
    _fc_workdir='' _fc_names='' _fc_shell='' _fc_umask='' _fc_account='' _fc_nice='' _fc_ionice='' _fc_stdin='' _fc_cgroup='' _fc_limited=''
    while [ "$1" != -- ]; do
      _fc_rest=${1#*=}
      eval "_fc_${1%%=*}=\$_fc_rest"
      shift
    done
    shift
    _fc_run "$@"
    ;;
  sweep)
    _fc_cgroup=$1
    shift
    _fc_sweep "$@"
    ;;
esac
exit 0
