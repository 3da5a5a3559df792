/*
 * fleetcron's protocol: one job, its lock file, and the hosts that share it. README.md says how to read this.
 *
 * Each option of a `do` loop is an action of one actor: a guard, `->`, what happens, all in one indivisible step. The
 * comment above it names the code that it stands for. The checker takes the actions in every possible order.
 */

#ifndef HOSTS
#define HOSTS 2
#endif
#ifndef FIRES
#define FIRES 2      /* fire 1 comes due before fire 2 */
#endif
#ifndef FAULTS
#define FAULTS 2     /* how many things go wrong, of whatever kind, wherever */
#endif
#ifndef RERUNS
#define RERUNS 0     /* on_lost: skip. More: on_lost: rerun, up to so many times (Decisions.MAX_RERUNS) */
#endif

/* Time passes in steps, three to a lease: room for a step between what must happen in time and the lease's end. */
#define LEASE 3
#ifdef FAULT_FENCES_AT_LEASE
#define FENCE 3
#else
#define FENCE 2      /* lease.c, proof_ends: three quarters of the lease */
#endif
#define TOO_LATE 1   /* LockSession.tooLate: half of it */

#define NOBODY 255
#define says printf  /* seen only when a counterexample is replayed */

/* ------------------------------------------------------------------------------------------------ the shared lock file */

/* How a fire is settled: Outcome. ENDED is succeeded, failed, timed_out or killed; PASSED is skipped or missed. */
mtype = { OPEN, ENDED, LOST, PASSED };

/* LedgerRecord. The current run's token is always the newest one. */
typedef Record {
	byte sequence;              /* only where a copy is restored: else it says nothing that the checker does not know */
	byte token;
	byte settled;               /* every fire up to this one is settled */
	byte current;               /* the fire recorded as started; 0: none */
	byte owed;                  /* a lost fire that is to be started again; 0: none */
	byte reruns;                /* of current, or of owed */
	mtype outcome[FIRES + 1];   /* LedgerRecord.recent; from 1 */
}

Record ledger;                  /* the newest of the two slots: a write is whole or has not happened, LedgerCodec.decode */
byte exit_block;                /* the exit record: the run of this token has ended by itself; 0: none */
byte owner = NOBODY;            /* the host whose open file description holds the lock, as the server sees it */
byte silence;                   /* steps since the server heard from the owner */
byte due;                       /* fires up to this one have come due */

/* ---------------------------------------------------------------------------------------------------------- the hosts */

/* An agent in respect of this job: JobLock and LockSession. From CLAIMING on it has the locked descriptor. */
mtype = { DOWN, IDLE, CLAIMING, CLAIM_SENT, CLAIMED, WAITING, SETTLING, SETTLE_SENT };

/* A run's processes: supervisor.c. In RUNNING the command is alive. OVER: it has ended by itself, not yet on record. */
mtype = { NO_RUN, STARTING, RUNNING, OVER, FENCED };

/* A heartbeat: lockfile.c. WRITTEN: the server has it, and the host has not heard so yet. */
mtype = { NO_BEAT, BEGUN, WRITTEN };

typedef Host {
	bool up, paused, connected;
	bool woken;                 /* resumed a moment ago: its supervisor runs before time passes */
	bool lost;                  /* the server has given this host's lock away: calls through its description fail */

	mtype agent;
	bool attached;              /* the supervisor's socket leads to this agent: StartedRun, not FoundRun */
	bool gave_up;               /* FAULT_LOSER_GIVES_UP alone */
	Record record;              /* what the agent read under the lock, or writes */
	byte seen_sequence, seen_token; /* LedgerMemory */

	mtype phase;                /* of the run */
	byte token, fire;           /* of the run */
	bool supervisor, guard;     /* alive */
	byte proof;                 /* age of the last proof that the server keeps the lock: shared->proof_boot */
	mtype beat;
	byte beat_age;              /* since before its write began: s.write_began */
}

Host host[HOSTS];
#define my host[h]              /* h: the host whose action it is */

#define works(h)   (host[h].up && !host[h].paused)
#define reaches(h) (works(h) && host[h].connected)

/* Who has the locked descriptor open: agent, supervisor, guard. The last one to close it releases the lock, flock(2). */
#define agent_holds(h) (host[h].agent != DOWN && host[h].agent != IDLE)
#ifdef FAULT_LOCK_DIES_WITH_AGENT
#define holds(h) agent_holds(h)
#else
#define holds(h) (agent_holds(h) || host[h].supervisor || host[h].guard)
#endif

/* From the claim to the command's end the age of the last proof counts. */
#define is_timed(h) (host[h].phase == STARTING || host[h].phase == RUNNING || \
	host[h].agent == CLAIMING || host[h].agent == CLAIM_SENT || host[h].agent == CLAIMED)

#ifdef LIMIT_UNSEEN_PAUSE
#define clock_runs(h) works(h)
#else
#define clock_runs(h) (host[h].up)  /* CLOCK_BOOTTIME, and the wall clock after a step: clock.h */
#endif

byte faults = FAULTS;           /* left */
byte x, y;                      /* scratch, 0 between steps */

/* ------------------------------------------------------------------ what is checked; no host can see these variables */

byte starts[FIRES + 1];         /* how often a command was started for a fire */
byte newest;                    /* the highest token that a command was started with */
byte used;                      /* the tokens that commands were started with, a bit each */
bool restored;                  /* the ledger was replaced by an older copy */
bool ended;                     /* the run on record has ended by itself */
bool excused;                   /* the run on record may be lost: its host died or was cut off, or it never began */

#define on_record(t) (ledger.current != 0 && ledger.token == t)

/* What a resumed host does before its supervisor's first step does not count. */
#define command_works(h) (host[h].phase == RUNNING && works(h) && !host[h].woken)

inline check_never_two_at_once() { d_step {
	y = 0;
	for (x : 0 .. HOSTS - 1) { if :: command_works(x) -> y++ :: else fi };
#ifndef IGNORE_TWO_AT_ONCE
	assert(y <= 1);                                                     /* NEVER TWO AT ONCE */
#endif
	x = 0; y = 0
} }

inline check_start() { d_step {
	assert((used & (1 << my.token)) == 0);                              /* NO TOKEN TWICE */
	assert(starts[my.fire] == 0 || RERUNS > 0);                         /* ONE START PER FIRE */
#ifndef LIMIT_UNSEEN_PAUSE
	assert(my.token > newest);                                          /* TOKENS RISE */
	assert(owner == h && !my.lost);                                     /* STARTED UNDER THE LOCK */
	assert(on_record(my.token) || restored);                            /* STARTED ON RECORD */
	assert(starts[my.fire] == 0 || ledger.outcome[my.fire] == LOST);    /* ONE START PER FIRE */
#endif
	assert(starts[my.fire] <= RERUNS);                                  /* ONE START PER FIRE */
	newest = my.token;
	used = used | (1 << my.token);
	starts[my.fire]++
} }

/* my.record is about to take the ledger's place. */
inline check_record() { d_step {
	assert(my.record.settled >= ledger.settled && my.record.token >= ledger.token);     /* NEVER BACKWARDS */
	for (x : 1 .. FIRES) {
		assert(x > my.record.settled || my.record.outcome[x] != OPEN);  /* EVERY FIRE IS ACCOUNTED FOR */
		assert(my.record.outcome[x] != PASSED || starts[x] == 0)        /* WHAT RAN IS NOT MISSED */
	};
	x = 0;
	if
	:: ledger.current != 0 && (my.record.current == 0 || my.record.token != ledger.token) ->
		assert(my.record.outcome[ledger.current] != LOST || excused);   /* LOST MEANS LOST */
		assert(my.record.outcome[ledger.current] != ENDED || ended)     /* ENDED MEANS ENDED */
	:: else
	fi;
	if :: my.record.current == 0 || my.record.token != ledger.token -> ended = false; excused = false :: else fi
} }

inline excuse() {
	if :: my.phase != NO_RUN && on_record(my.token) -> excused = true :: else fi;
	excuse_claim()
}

inline excuse_claim() {
	if :: (my.agent == CLAIM_SENT || my.agent == CLAIMED) && on_record(my.record.token) -> excused = true :: else fi
}

/* ----------------------------------------------------------------------------------------------- parts of the actions */

inline copy_record(to, from) { d_step {
	to.sequence = from.sequence; to.token = from.token; to.settled = from.settled;
	to.current = from.current; to.owed = from.owed; to.reruns = from.reruns;
	for (x : 1 .. FIRES) { to.outcome[x] = from.outcome[x] };
	x = 0
} }

inline forget_record(what) { d_step {
	what.sequence = 0; what.token = 0; what.settled = 0; what.current = 0; what.owed = 0; what.reruns = 0;
	for (x : 1 .. FIRES) { what.outcome[x] = OPEN };
	x = 0
} }

/* A process that held the descriptor is gone, or has closed it. Across a cut the unlock arrives later: see Lease. */
inline closed() {
	if
	:: holds(h)
	:: else ->
		my.lost = false;
		if :: owner == h && my.connected -> owner = NOBODY; silence = 0 :: else fi
	fi
}

/* The agent closes its descriptor: HeldLock.abandon; without a run also HeldLock.unlock. */
inline let_go() {
	excuse_claim();
	my.agent = IDLE;
	my.attached = false;
	if :: my.phase == NO_RUN || my.phase == FENCED -> my.phase = NO_RUN; my.token = 0; my.fire = 0 :: else fi;
	if :: is_timed(h) :: else -> my.proof = 0 fi;
	forget_record(my.record);
	closed()
}

/* Supervisor and guard are gone. `left` is what an agent that waits for the run finds. */
inline run_is_gone(left) {
	my.supervisor = false; my.guard = false;
	my.beat = NO_BEAT; my.beat_age = 0;
	if :: agent_holds(h) -> my.phase = left :: else -> my.phase = NO_RUN fi;
	if :: my.phase == NO_RUN -> my.token = 0; my.fire = 0 :: else fi;
	if :: is_timed(h) :: else -> my.proof = 0 fi;
	closed()
}

/* LedgerMemory.seen, and LedgerMemory.doubt: this instance has seen a newer record. */
inline remember() {
#ifdef RESTORE
	if :: my.record.sequence > my.seen_sequence -> my.seen_sequence = my.record.sequence :: else fi;
	if :: my.record.token > my.seen_token -> my.seen_token = my.record.token :: else fi
#else
	skip
#endif
}
#if defined(RESTORE) && !defined(FAULT_LEDGER_MAY_GO_BACK)
#define doubted(h) (ledger.sequence < host[h].seen_sequence || ledger.token < host[h].seen_token)
#else
#define doubted(h) false
#endif

/* RunResults.read: the exit record is about that record's run. */
#if defined(FAULT_EXIT_RECORD_UNREAD)
#define exit_of(record) false
#elif defined(FAULT_EXIT_RECORD_OF_ANOTHER)
#define exit_of(record) (exit_block != 0)
#else
#define exit_of(record) (exit_block != 0 && exit_block == record.token)
#endif

/* The server compares who holds the lock: every write goes through the locked description. */
#ifdef FAULT_WRITES_WITHOUT_LOCK
#define may_write(h) true
#else
#define may_write(h) (owner == h && !host[h].lost)
#endif

/*
 * ClaimProtocol.decide on my.record. `end_known`: its run's end is known (ClaimInput.result). What depends on the clock is
 * left open: whatever is due may be too late. Then claims (CLAIMING), settles (SETTLING), or has nothing to do and unlocks.
 */
inline decide(end_known) {
	my.agent = SETTLING;
	x = 0;                      /* the fire to start */
	y = my.record.current;      /* not 0: the record has changed */
	if                          /* ClaimProtocol.end */
	:: my.record.current != 0 && end_known ->
		my.record.outcome[my.record.current] = ENDED;
		my.record.settled = my.record.current; my.record.reruns = 0
	:: my.record.current != 0 && !(end_known) ->
		my.record.outcome[my.record.current] = LOST;
		if
		:: my.record.reruns < RERUNS -> my.record.owed = my.record.current; my.record.reruns++
		:: else -> my.record.settled = my.record.current; my.record.reruns = 0
		fi
	:: else
	fi;
	my.record.current = 0;
	if                          /* ClaimProtocol.owed */
	:: my.record.owed != 0 -> x = my.record.owed
	:: my.record.owed != 0 -> y = 1; my.record.settled = my.record.owed; my.record.owed = 0; my.record.reruns = 0
	:: else
	fi;
	if                          /* ClaimProtocol.overlap and choose: older fires have passed, the newest may start */
	:: x == 0 && my.record.settled < due ->
		y = 1;
		do :: my.record.settled < due - 1 -> pass_next() :: else -> break od;
		if :: x = due :: pass_next() fi
	:: else
	fi;
	if                          /* LockSession.leaveToOthers: this host cannot run it; or its agent stops. It stays owed, or due */
	:: x != 0 && faults > 0 ->
		says("host %d: leaves fire %d to the others\n", h, x);
		faults--; x = 0;
#ifdef FAULT_OWED_FORGOTTEN
		my.record.owed = 0
#endif
	:: true
	fi;
	if
	:: x != 0 ->                /* LedgerRecord.claimed; LockSession.claim takes the time before it writes */
		my.record.current = x; my.record.owed = 0;
#ifdef FAULT_TOKEN_NOT_RAISED
		if :: my.record.token == 0 -> my.record.token = 1 :: else fi;
#else
		my.record.token++;
#endif
		my.proof = 0;
		my.agent = CLAIMING
	:: x == 0 && y != 0
	:: x == 0 && y == 0 -> let_go()
	fi;
#ifdef RESTORE
	if :: agent_holds(h) -> my.record.sequence++ :: else fi;
#endif
	x = 0; y = 0
}

inline pass_next() {
	my.record.settled++;
#ifndef FAULT_FIRE_FORGOTTEN
	my.record.outcome[my.record.settled] = PASSED
#endif
}

/* ----------------------------------------------------------------------------------------------------------- the agent */

/* Something is left to do for this job: JobLock.needsNobody and LookPlan.again, which look until nothing is. */
#define needs_somebody (ledger.current != 0 || ledger.owed != 0 || ledger.settled < due)

proctype Agent(byte h) {
	do
	/* JobLock.look: FlockFile.tryLock, JobLedger.read, LockSession.decide. While a run of it is here, JobLock.takeBack waits for that */
	:: atomic { my.agent == IDLE && reaches(h) && owner == NOBODY && my.phase == NO_RUN && needs_somebody &&
			!doubted(h) && !my.gave_up ->
		says("host %d: takes the lock, reads the ledger, decides\n", h);
		owner = h; silence = 0;
		copy_record(my.record, ledger);
		remember();
		decide(exit_of(ledger))
	}
#ifdef FAULT_LOSER_GIVES_UP
	:: atomic { my.agent == IDLE && reaches(h) && owner != NOBODY && owner != h && !my.gave_up ->
		says("host %d: is refused the lock, and does not look again\n", h);
		my.gave_up = true
	}
#endif

	/* JobLedger.write, FlockHeld.write: the record reaches the server */
	:: atomic { (my.agent == CLAIMING || my.agent == SETTLING) && reaches(h) ->
		if
		:: !may_write(h) ->
			says("host %d: its write fails: the lock is lost\n", h);
			let_go()
		:: may_write(h) && faults > 0 ->
			says("host %d: its write is refused by the storage\n", h);
			faults--;
			let_go()
		:: may_write(h) ->
			says("host %d: writes settled=%d current=%d token=%d\n", h, my.record.settled, my.record.current, my.record.token);
			check_record();
			copy_record(ledger, my.record);
			if :: owner == h -> silence = 0 :: else fi;
			if :: my.agent == CLAIMING -> my.agent = CLAIM_SENT :: else -> my.agent = SETTLE_SENT fi
		fi
	}
	/* The answer arrives. LockSession.recorded, StartedRun.recorded: the run that is settled now ends before anything else */
	:: atomic { my.agent == CLAIM_SENT && reaches(h) ->
		says("host %d: knows that its claim is on record\n", h);
		remember();
		if :: my.phase == OVER -> run_is_gone(NO_RUN) :: else fi;
		my.agent = CLAIMED
	}
	/* LockSession.settle, HeldLock.unlock */
	:: atomic { my.agent == SETTLE_SENT && reaches(h) ->
		says("host %d: knows that all is settled, and unlocks\n", h);
		remember();
		if :: my.phase == OVER -> run_is_gone(NO_RUN) :: else fi;
		let_go()
	}
	/* The answer is an error although the record is written: LockSession.guarded, UnrecordedRuns.unrecorded */
	:: atomic { (my.agent == CLAIM_SENT || my.agent == SETTLE_SENT) && reaches(h) && faults > 0 ->
		says("host %d: learns that its write failed\n", h);
		faults--;
		let_go()
	}

#ifndef WITHOUT_CHECK_BEFORE_START
	/* LockSession.tooLate, LockSession.notStarted: the host was paused since the claim */
	:: atomic { my.agent == CLAIMED && works(h) && my.proof > TOO_LATE ->
		says("host %d: is too late to start\n", h);
		let_go()
	}
#define in_time(h) (host[h].proof <= TOO_LATE)
#else
#define in_time(h) true
#endif
#ifdef FAULT_STARTS_BEFORE_RECORD
#define may_launch(h) (host[h].agent == CLAIMING && host[h].phase == NO_RUN)
#else
#define may_launch(h) (host[h].agent == CLAIMED && in_time(h))
#endif
	/* LockSession.launch, SupervisedLauncher.start: guard and supervisor inherit the locked descriptor */
	:: atomic { may_launch(h) && works(h) ->
		says("host %d: starts the supervisor with token %d\n", h, my.record.token);
		my.phase = STARTING;
		my.supervisor = true; my.guard = true;
		my.token = my.record.token; my.fire = my.record.current;
		my.attached = true;
		my.agent = WAITING
	}

	/* LockSession.await: the supervisor reports the end (ending.c, tell_agent) */
	:: atomic { my.agent == WAITING && works(h) && my.phase == OVER && my.attached ->
		says("host %d: agent hears of the end, decides\n", h);
#ifdef FAULT_UNLOCKS_BEFORE_END
		run_is_gone(NO_RUN); let_go()   /* to record the end when it has the lock again */
#else
		decide(true)
#endif
	}
	/* LockSession.inDoubt: the next claimer records it */
	:: atomic { my.agent == WAITING && works(h) && my.phase == FENCED ->
		says("host %d: agent hears that the run was fenced\n", h);
		let_go()
	}
	/* Supervisor and guard are gone: JobLedger.writtenResultOf, through the same descriptor */
	:: atomic { my.agent == WAITING && reaches(h) && my.phase == NO_RUN ->
		says("host %d: agent finds supervisor and guard gone\n", h);
		if :: my.lost -> let_go() :: else -> decide(exit_of(my.record)) fi
	}
	od
}

/* ---------------------------------------------------------------------------------------------- supervisor and guard */

proctype Run(byte h) {
	do
	/* command.c, command_become: is_too_late, then exec */
	:: atomic { my.phase == STARTING && works(h) && my.supervisor ->
		if
#ifndef WITHOUT_CHECK_BEFORE_START
		:: my.proof >= FENCE ->
			says("host %d: supervisor is too late to start\n", h);
			excuse(); run_is_gone(FENCED)
		:: my.proof < FENCE ->
#else
		:: true ->
#endif
			says("host %d: COMMAND STARTS with token %d\n", h, my.token);
			check_start();
			my.phase = RUNNING;
			check_never_two_at_once()
		fi
	}

	/* lease.c, start_beat: the time is taken, then a child writes */
	:: atomic { my.phase == RUNNING && works(h) && my.supervisor && my.beat == NO_BEAT && my.proof > 0 ->
		says("host %d: begins a heartbeat\n", h);
		my.beat = BEGUN; my.beat_age = 0
	}
	/* lockfile.c, lockfile_write. EIO: lease.c, beat_ended, LOST; attempt.c, fence */
	:: atomic { my.phase == RUNNING && reaches(h) && my.beat == BEGUN ->
		if
		:: my.lost ->
			says("host %d: the heartbeat fails: fenced\n", h);
			excuse(); run_is_gone(FENCED)
		:: else ->
			says("host %d: the heartbeat is written\n", h);
			my.beat = WRITTEN;
			if :: owner == h -> silence = 0 :: else fi
		fi
	}
	/* lease.c, beat_ended: proven up to when the write began */
	:: atomic { my.phase == RUNNING && reaches(h) && my.supervisor && my.beat == WRITTEN ->
		says("host %d: the heartbeat is answered\n", h);
#ifdef FAULT_PROOF_FROM_ANSWER
		my.proof = 0;
#else
		my.proof = my.beat_age;
#endif
		my.beat = NO_BEAT; my.beat_age = 0
	}

#ifdef WITHOUT_FENCING
#define must_fence(h) false
#else
#define must_fence(h) (host[h].phase == RUNNING && works(h) && (host[h].supervisor || host[h].guard) && \
	host[h].proof >= FENCE)
#endif
	/* lease.c, keep_lock; attempt.c, fence; where the supervisor is gone or stuck guard.c, keep_time: SIGKILL to the run */
	:: atomic { must_fence(h) ->
		says("host %d: FENCES its run\n", h);
		excuse(); run_is_gone(FENCED)
	}

#ifndef WITHOUT_GUARD
	/* takeover.c, end_run: the supervisor is gone before the command */
	:: atomic { (my.phase == STARTING || my.phase == RUNNING) && works(h) && my.guard && !my.supervisor ->
		says("host %d: guard ends the run\n", h);
		run_is_gone(NO_RUN)
	}
	/* replace.c, replace_guard */
	:: atomic { my.phase != NO_RUN && works(h) && my.supervisor && !my.guard ->
		says("host %d: supervisor replaces the guard\n", h);
		my.guard = true
	}
#endif

	/* ending.c, record_end: without an agent, or when it is slow; without a supervisor takeover.c, settle. Refused: again */
	:: atomic { my.phase == OVER && reaches(h) && (my.supervisor || my.guard) ->
		if
		:: my.lost ->
			says("host %d: the exit record fails: the lock is lost\n", h);
			excuse(); run_is_gone(NO_RUN)
		:: !my.lost ->
			says("host %d: exit record of token %d is written\n", h, my.token);
			exit_block = my.token; run_is_gone(NO_RUN)
#ifdef FAULT_ONE_TRY_AT_END
		:: !my.lost && faults > 0 ->
			says("host %d: exit record is refused, and given up\n", h);
			faults--; run_is_gone(NO_RUN)
#endif
		fi
	}
	od
}

/* The command ends by itself, sooner or later: attempt.c, finish_attempt. */
proctype Command(byte h) {
	do
	:: atomic { my.phase == RUNNING && works(h) && my.supervisor ->
		says("host %d: command ends\n", h);
		my.phase = OVER;
		if :: on_record(my.token) -> ended = true :: else fi;
		my.beat = NO_BEAT; my.beat_age = 0; my.proof = 0    /* lease.c, drop_beat */
	}
	od
}

/* --------------------------------------------------------------------------------------------------- server and clocks */

/* What the server does with the lock of one host: RFC 8881, 8.3 and 9.6. */
proctype Lease(byte h) {
	do
	/* It need not: some servers wait until somebody else asks */
	:: atomic { owner == h && silence == LEASE ->
		says("host %d: SERVER ENDS ITS LEASE\n", h);
		if :: my.up && holds(h) -> my.lost = true; excuse() :: else fi;
		owner = NOBODY; silence = 0
	}
	:: atomic { owner == h && reaches(h) && !holds(h) ->
		says("host %d: its late unlock arrives\n", h);
		owner = NOBODY; silence = 0
	}
	od
}

#define ages(h) (clock_runs(h) && (is_timed(h) && host[h].proof < LEASE || \
	host[h].beat != NO_BEAT && host[h].beat_age < LEASE))
#if HOSTS == 2
#define some(what) (what(0) || what(1))
#else
#define some(what) (what(0) || what(1) || what(2))
#endif

#ifdef HEALTHY
#define grows_silent(h) !reaches(h) /* an NFS client renews its lease by itself: RFC 8881, 8.3 */
#else
#define grows_silent(h) true        /* worse than that: nothing but the protocol's own calls renews */
#endif
#define silence_grows (owner != NOBODY && silence < LEASE && grows_silent(owner))

proctype Time() {
	do
	/* JobCoordinator.due, by the timers of each agent */
	:: atomic { due < FIRES ->
		due++;
		says("fire %d comes due\n", due)
	}
	/* A third of a lease passes. To fence takes less: whoever must has done so */
	:: atomic { (some(ages) || silence_grows) && !some(must_fence) ->
		says("time passes\n");
		d_step {
			if :: silence_grows -> silence++ :: else fi;
			for (x : 0 .. HOSTS - 1) {
				if :: is_timed(x) && clock_runs(x) && host[x].proof < LEASE -> host[x].proof++ :: else fi;
				if
				:: host[x].beat != NO_BEAT && clock_runs(x) && host[x].beat_age < LEASE -> host[x].beat_age++
				:: else
				fi;
				host[x].woken = false
			};
			x = 0
		};
		check_never_two_at_once()
	}
	od
}

/* -------------------------------------------------------------------------------------------------------- what goes wrong */

#ifdef HEALTHY                  /* host 0 lives through all of it */
#define may_fail(h) (faults > 0 && h != 0)
#else
#define may_fail(h) (faults > 0)
#endif

/* One of supervisor and guard may be killed, and the other one notices. */
#if defined(LIMIT_BOTH_KILLED)
#define may_kill_one(h) true
#else
#define may_kill_one(h) (host[h].supervisor && host[h].guard)
#endif

proctype Trouble(byte h) {
	do
	/* A pause by a hypervisor or an operator, suspend to RAM */
	:: atomic { works(h) && may_fail(h) ->
		says("host %d: PAUSED\n", h);
		faults--; my.paused = true
	}
	:: atomic { my.paused ->
		says("host %d: resumed\n", h);
		my.paused = false; my.woken = (my.phase == RUNNING)
	}
	:: atomic { my.up && my.connected && may_fail(h) ->
		says("host %d: CUT OFF from the server\n", h);
		faults--; my.connected = false
	}
	:: atomic { !my.connected ->
		says("host %d: reconnected\n", h);
		my.connected = true
	}
	/* A power cut. The NFS client of the next boot gives up what the earlier one held: RFC 8881, 8.4.2 */
	:: atomic { my.up && may_fail(h) ->
		says("host %d: DIES\n", h);
		faults--;
		excuse();
		my.up = false; my.paused = false; my.woken = false; my.lost = false;
		my.agent = DOWN; my.attached = false; forget_record(my.record);
		my.phase = NO_RUN; my.token = 0; my.fire = 0; my.supervisor = false; my.guard = false;
		my.beat = NO_BEAT; my.beat_age = 0; my.proof = 0
	}
	:: atomic { !my.up && my.connected ->
		says("host %d: boots\n", h);
		my.up = true;
		if :: owner == h -> owner = NOBODY; silence = 0 :: else fi
	}
	/* SIGKILL to the agent, or its stop: its runs stay */
	:: atomic { works(h) && my.agent != DOWN && may_fail(h) ->
		says("host %d: AGENT KILLED\n", h);
		faults--;
		let_go(); my.agent = DOWN
	}
	/* Agent.start, SupervisedLauncher.survivors: none */
	:: atomic { works(h) && my.agent == DOWN && my.phase == NO_RUN ->
		says("host %d: agent starts\n", h);
		my.agent = IDLE
	}
	/* JobLock.takeBack, FlockDirectory.adopt, LockSession.resume */
	:: atomic { reaches(h) && my.agent == DOWN && my.phase != NO_RUN && !my.lost ->
		says("host %d: agent starts and adopts the run\n", h);
		my.agent = WAITING;
		copy_record(my.record, ledger);
		remember()
	}
	:: atomic { works(h) && my.supervisor && may_kill_one(h) && may_fail(h) ->
		says("host %d: SUPERVISOR KILLED\n", h);
		faults--;
		if :: my.phase != OVER -> excuse() :: else fi;
		my.supervisor = false;
#ifdef WITHOUT_GUARD
		my.guard = false;
#endif
		closed()
	}
	:: atomic { works(h) && my.guard && may_kill_one(h) && may_fail(h) ->
		says("host %d: GUARD KILLED\n", h);
		faults--;
		my.guard = false;
		closed()
	}
#ifdef HEALTHY
	:: x = 0                    /* nothing obliges trouble to end */
#endif
	od
}

#ifdef RESTORE
Record copy;                    /* a backup of the lock file */
byte copy_exit_block;
bool copied;

#ifdef LIMIT_COPY_NOT_SEEN_TO_BE_OLD
#define not_seen_newer(h) false
#else
#define not_seen_newer(h) (host[h].seen_sequence <= copy.sequence)
#endif

/* Somebody restores the lock file from a copy: LedgerMemory. */
proctype Backup() {
	do
	:: atomic { !copied ->
		says("the lock file is copied\n");
		copied = true; copy_record(copy, ledger); copy_exit_block = exit_block
	}
	:: atomic { copied && faults > 0 && copy.sequence < ledger.sequence && !some(not_seen_newer) ->
		says("the lock file is RESTORED\n");
		faults--;
		copy_record(ledger, copy); exit_block = copy_exit_block;
		restored = true; ended = true; excused = true   /* what became of the copy's run is not judged */
	}
	od
}
#endif

init {
	atomic {
		forget_record(ledger);
		for (y : 0 .. HOSTS - 1) {
			host[y].up = true; host[y].connected = true;
			host[y].agent = IDLE; host[y].phase = NO_RUN; host[y].beat = NO_BEAT;
			forget_record(host[y].record);
			run Agent(y); run Run(y); run Command(y); run Lease(y); run Trouble(y)
		};
		y = 0;
		run Time();
#ifdef RESTORE
		forget_record(copy);
		run Backup()
#endif
	}
}

#ifdef HEALTHY
/* With one healthy host, and commands that end, every fire ends settled. */
ltl accounted { <> [] (due == FIRES && ledger.settled == FIRES) }
#endif
