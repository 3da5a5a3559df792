# The audit's arithmetic; see `audit` beside it.
# Arrays are indexed by fire, which is job SUBSEP seconds since the epoch.

input == "jobs" { read_job_line() }
input == "witness" { read_witness($1, $2) }
input == "history" && NF { read_history($0) }
input == "ledger" && NF { read_ledger($0) }

END {
  for (job in ledger_recent) read_settlements(job, ledger_recent[job])
  mark_due()
  if (mode == "unsettled") {
    print count_unsettled()
    exit 0
  }
  for (fire in known) judge_fire(fire)
  for (i = 1; i <= runs; i++) judge_overlap(i)
  for (i = 1; i <= jobs; i++) judge_job(name[i])
  print_table()
  exit wrong() ? 1 : 0
}

# ------------------------------------------------------------------------------------------------------------ reading

function read_job_line(   text) {
  if ($0 ~ /^  [a-z0-9._-]+:$/) {
    text = $1
    sub(/:$/, "", text)
    name[++jobs] = text
  } else if ($1 == "every:" && $2 ~ /^[0-9]+s$/) {
    period[name[jobs]] = $2 + 0
  } else if (match($0, /^    schedule: "\*\/[0-9]+ \* \* \* \* \*"$/)) {
    text = $2
    sub(/^"\*\//, "", text)
    if (60 % text) problem(name[jobs] ": a period of " text " s does not divide a minute; this audit cannot compute it")
    period[name[jobs]] = text + 0
  }
}

# start,JOB,FIRE,TOKEN,ATTEMPT,INSTANCE,PID or end,...,EXIT
function read_witness(file, time,   part, fire, attempt, id) {
  split(file, part, ",")
  fire = fire_of(part[2], part[3])
  attempt = fire SUBSEP part[5]
  id = substr(file, index(file, ",") + 1)
  if (part[1] == "start") {
    starts[attempt]++
    if (part[5] + 0 > attempts[fire]) attempts[fire] = part[5] + 0
    if (part[4] + 0 > newest_token[part[2]]) newest_token[part[2]] = part[4] + 0
    if (!((fire, part[4]) in has_token)) {
      has_token[fire, part[4]] = 1
      tokens[fire]++
      by[fire] = by[fire] (by[fire] ? " and by " : " by ") part[6] " (token " part[4] ")"
    }
    runner[fire] = part[6]
    token[fire] = part[4]
    runs++
    run_fire[runs] = fire
    run_id[runs] = id
    run_start[runs] = time
    run_number[id] = runs
  } else if (part[1] == "end") {
    sub(/,[0-9]+$/, "", id)
    run_end[id] = time
    exit_of[attempt] = part[8]
  } else {
    problem("witness/" file " is not a witness file")
  }
}

# A row of fires skipped or missed together is one line, from `fire` through `through`.
function read_history(line,   job) {
  job = text_of(line, "job")
  if (job == "" || text_of(line, "fire") == "" || text_of(line, "outcome") == "") {
    problem("history has a line that is not understood: " line)
    return
  }
  read_settlement(job, line)
}

function read_settlement(job, line,   first, last, fire, step, outcome) {
  if (!(job in period)) {
    problem("history speaks of a job that is not in the job file: " job)
    return
  }
  first = seconds_of(text_of(line, "fire"))
  last = text_of(line, "through") == "" ? first : seconds_of(text_of(line, "through"))
  outcome = text_of(line, "outcome")
  for (step = first; step <= last; step += period[job]) {
    fire = fire_of(job, step)
    if ((fire in said) && (said[fire] != outcome || said_token[fire] != number_of(line, "token"))) {
      disagree(fire, "history says both " said[fire] " and " outcome)
    }
    said[fire] = outcome
    said_token[fire] = number_of(line, "token")
    said_instance[fire] = text_of(line, "instance")
    said_attempts[fire] = number_of(line, "attempts")
    said_exit[fire] = number_of(line, "exit")
  }
}

# A lock file has two slots; the record with the higher sequence number holds.
function read_ledger(line,   job) {
  job = text_of(line, "job")
  if (job in ledger_sequence && ledger_sequence[job] > number_of(line, "seq") + 0) return
  ledger_sequence[job] = number_of(line, "seq") + 0
  ledger_settled[job] = seconds_of(text_of(line, "settled"))
  ledger_token[job] = number_of(line, "token") + 0
  ledger_recent[job] = match(line, /"recent":\[.*\]/) ? substr(line, RSTART + 10, RLENGTH - 11) : ""
}

function read_settlements(job, text,   part, count, i) {
  count = split(text, part, /\}, *\{/)
  for (i = 1; i <= count; i++) read_settlement(job, part[i])
}

function fire_of(job, time,   fire) {
  fire = job SUBSEP (time ~ /T/ ? seconds_of(time) : time)
  known[fire] = 1
  return fire
}

function text_of(line, key) {
  if (!match(line, "\"" key "\" *: *\"[^\"]*\"")) return ""
  line = substr(line, RSTART, RLENGTH - 1)
  sub(/^.*"/, "", line)
  return line
}

function number_of(line, key) {
  if (!match(line, "\"" key "\" *: *-?[0-9]+")) return ""
  line = substr(line, RSTART, RLENGTH)
  sub(/^.*[: ]/, "", line)
  return line
}

# 2026-11-23T08:55:48Z -> seconds since the epoch. The days of the civil calendar are counted from 1 March of year 0, so
# that a leap day is a year's last; 719468 of them lie before 1970.
function seconds_of(time,   y, m, d) {
  y = substr(time, 1, 4) + 0
  m = substr(time, 6, 2) + 0
  d = substr(time, 9, 2) + 0
  if (m <= 2) {
    y--
    m += 12
  }
  d += 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * (m - 3) + 2) / 5) - 1 - 719468
  return ((d * 24 + substr(time, 12, 2)) * 60 + substr(time, 15, 2)) * 60 + substr(time, 18, 2)
}

function clock_of(seconds,   s) {
  s = seconds % 86400
  return sprintf("%02d:%02d:%02d", int(s / 3600), int(s % 3600 / 60), s % 60)
}

# ------------------------------------------------------------------------------------------------------------ judging

function mark_due(   i, time, step) {
  for (i = 1; i <= jobs; i++) {
    step = period[name[i]]
    if (!step) {
      problem(name[i] ": its schedule is not one that this audit can compute")
      continue
    }
    for (time = (int(from / step) + 1) * step; time <= to; time += step) required[fire_of(name[i], time)] = 1
  }
}

function count_unsettled(   fire, count) {
  count = 0
  for (fire in required) if (!(fire in said)) count++
  return count
}

function judge_fire(fire,   part, job, time) {
  split(fire, part, SUBSEP)
  job = part[1]
  time = part[2] + 0
  if (!(job in period) || time % period[job] || time <= launched) {
    disagree(fire, "was never due, but there is a trace of it")
    return
  }
  if (started_twice(fire)) {
    twice[job]++
    problem(job " " clock_of(time) " was started twice:" by[fire])
  }
  if (time > to) return
  due[job]++
  if (time > newest_due[job]) newest_due[job] = time
  if (attempts[fire]) {
    if (!started_twice(fire)) once[job]++
    ran[job, runner[fire]]++
    instances[runner[fire]] = 1
    all_attempts += attempts[fire]
  }
  if (!(fire in said)) {
    unaccounted[job]++
    problem(job " " clock_of(time) " is unaccounted: history does not know it")
  } else if (attempts[fire]) {
    compare(fire)
  } else if (said[fire] ~ /^(skipped|missed|lost)$/) {
    not_started[job]++
    reason[said[fire]]++
    if (said[fire] == "lost") disagree(fire, "history says lost, but no host died here")
    if (said[fire] == "missed") judge_missed(fire, time, period[job])
  } else {
    unaccounted[job]++
    problem(job " " clock_of(time) " is unaccounted: history says " said[fire] ", but no command left a witness")
  }
}

# Nobody starts anything on a machine that stands still. But agents that start one fire without delay can start another.
function judge_missed(fire, time, step,   i, other) {
  for (i = 1; i <= runs; i++) {
    other = time_of(run_fire[i])
    if (other >= time && run_start[i] <= time + step && run_start[i] - other <= step / 2) {
      disagree(fire, "history says missed, but " job_of(run_fire[i]) " of " clock_of(other) " was started in time to start it")
      return
    }
  }
}

function started_twice(fire,   i) {
  if (tokens[fire] > 1) return 1
  for (i = 1; i <= attempts[fire]; i++) if (starts[fire, i] > 1) return 1
  return 0
}

# What history says of a fire that ran, against the witnesses of its attempts.
function compare(fire,   i, last) {
  for (i = 1; i <= attempts[fire]; i++) {
    if (!((fire, i) in starts)) disagree(fire, "attempt " i " left no witness")
    if (!((fire, i) in exit_of)) disagree(fire, "attempt " i " started and left no witness of its end")
  }
  last = exit_of[fire, attempts[fire]]
  if (said_attempts[fire] + 0 != attempts[fire]) differ(fire, "attempts", said_attempts[fire], attempts[fire])
  if (said_token[fire] != token[fire]) differ(fire, "token", said_token[fire], token[fire])
  if (said_instance[fire] != runner[fire]) differ(fire, "instance", said_instance[fire], runner[fire])
  if (said_exit[fire] != last) differ(fire, "exit status", said_exit[fire], last)
  if (said[fire] != (last == "0" ? "succeeded" : "failed")) {
    disagree(fire, "history says " said[fire] ", but the last exit status was " last)
  }
}

function differ(fire, what, says, was) {
  disagree(fire, what ": history says " (says == "" ? "nothing" : says) ", the witness " (was == "" ? "nothing" : was))
}

# Two attempts of one job at the same time. An attempt without an end is a disagreement of its own.
function judge_overlap(i,   j, job, end) {
  job = job_of(run_fire[i])
  end = (run_id[i] in run_end) ? run_end[run_id[i]] : run_start[i]
  for (j = 1; j <= runs; j++) {
    if (j == i || job_of(run_fire[j]) != job) continue
    if (run_start[j] + 0 < run_start[i] + 0 || (run_start[j] == run_start[i] && j < i)) continue
    if (run_start[j] + 0 < end + 0) {
      overlapping[job]++
      problem(job ": the run of " clock_of(time_of(run_fire[j])) " began while that of " \
        clock_of(time_of(run_fire[i])) " was going on")
    }
  }
}

function judge_job(job) {
  if (!due[job]) problem(job ": no fire was due, so there is nothing to audit")
  else if (!once[job]) problem(job ": " due[job] " fires were due and none was started once")
  if (ledger_settled[job] < newest_due[job]) {
    disagreements++
    problem(job ": the ledger has not settled the fire of " clock_of(newest_due[job]))
  }
  if (ledger_token[job] < newest_token[job]) {
    disagreements++
    problem(job ": the ledger's token " ledger_token[job] + 0 " is behind a command's, " newest_token[job])
  }
}

function job_of(fire,   part) {
  split(fire, part, SUBSEP)
  return part[1]
}

function time_of(fire,   part) {
  split(fire, part, SUBSEP)
  return part[2] + 0
}

function disagree(fire, text) {
  disagreements++
  problem(job_of(fire) " " clock_of(time_of(fire)) ": " text)
}

function problem(text) {
  found[++problems] = text
}

function wrong() {
  return problems > 0 || jobs == 0
}

# ----------------------------------------------------------------------------------------------------------- printing

function print_table(   i, k, job, count, column, text) {
  for (text in instances) column[++count] = text
  sort(column, count)
  printf "%-18s %5s %8s %8s %8s %8s %8s  |", "", "fires", "started", "not", "started", "over-", "unac-"
  printf " ran on\n%-18s %5s %8s %8s %8s %8s %8s  |", "job", "due", "once", "started", "twice", "lapping", "counted"
  for (k = 1; k <= count; k++) printf " %7s", column[k]
  print ""
  for (i = 1; i <= jobs; i++) {
    job = name[i]
    printf "%-18s %5d %8d %8d %8d %8d %8d  |", job, due[job], once[job], not_started[job], twice[job], \
      overlapping[job], unaccounted[job]
    for (k = 1; k <= count; k++) {
      printf " %7d", ran[job, column[k]]
      total_ran[k] += ran[job, column[k]]
    }
    print ""
    t_due += due[job]; t_once += once[job]; t_not += not_started[job]; t_twice += twice[job]
    t_over += overlapping[job]; t_un += unaccounted[job]
  }
  printf "%-18s %5d %8d %8d %8d %8d %8d  |", "all", t_due, t_once, t_not, t_twice, t_over, t_un
  for (k = 1; k <= count; k++) printf " %7d", total_ran[k]
  print "\n"
  text = ""
  for (k in reason) text = text (text ? ", " : "") reason[k] " " k
  if (text) print "Not started, and history says why: " text "."
  printf "%d attempts of %d runs left witness files; history %s on instance, token, attempts and exit status.\n", \
    all_attempts, t_once + t_twice, disagreements ? "disagrees " disagreements " times" : "agrees with each of them"
  for (i = 1; i <= problems; i++) print "WRONG: " found[i]
  printf "audit: due %d, started once %d, started twice %d, overlapping %d, unaccounted %d, disagreements %d\n", \
    t_due, t_once, t_twice, t_over, t_un, disagreements
}

function sort(list, count,   i, j, held) {
  for (i = 2; i <= count; i++) {
    held = list[i]
    for (j = i - 1; j >= 1 && list[j] > held; j--) list[j + 1] = list[j]
    list[j + 1] = held
  }
}
