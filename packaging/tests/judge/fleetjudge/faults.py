"""What the faults of a scenario excuse: which runs may have lost their lock, and when no host could have started a fire.

Times are seconds since the epoch on the machine's clock. Pure: known faults and what was seen in, answers out.
"""

from dataclasses import dataclass

DIED = "died"  # the host lost its power; `end` is when its agent was started again, infinity if it never was
CUT = "cut"  # no packet passed between the host and the server
PAUSED = "paused"  # the host or the server stood still: paused by the laboratory, or starved by the machine
STOPPED = "stopped"  # a run's supervisor stood still, the host did not
UNFIT = "unfit"  # the host could start nothing: no agent, no job, no lock, no place for a run
HINDERED = "hindered"  # something was wrong that keeps no host from starting a job and loses no lock
UNPROVEN = "unproven"  # the host's runs could not prove their locks, which the server kept

SILENT = (CUT, PAUSED, STOPPED)
DISABLING = (DIED, CUT, PAUSED, UNFIT)

# The server may hand a lock on before a whole lease has passed since its holder went silent: the lease counts from the last
# renewal, and a run renews it every sixth of the lease.
EARLIEST = 0.8
# A run ends itself three quarters of the lease after the last proof of its lock. That is up to a sixth of the lease old, and on
# a busy host it takes a while.
FENCES = 3 / 4 - 1 / 4
# A client that is back may need this long to renew its lease, so that two silences in a row are one, in seconds.
RENEWAL = 3
# How long an end may take to be recorded, in seconds: what happened just after it may have prevented that.
RECORDED = 3
# How long a run's end may take to be noticed on a busy host, in seconds.
NOTICED = 5
# How long a fault makes itself felt, in seconds: a lease, and what came due meanwhile.
FELT = 60
# Within this time after its fire an idle instance among the first three in rank tries the lock, in seconds: one part does not
# depend on the machine, one is as many times longer as it is slower than the reference.
NEAR, NEAR_WORK = 3, 2
# The same for any instance, which may have been waiting: behind the others, after an error, or watching a run elsewhere; or
# which has only been started.
FAR, FAR_WORK = 20, 5


@dataclass(frozen=True)
class Fault:
    host: str
    begin: float
    end: float
    kind: str
    job: str = None  # the one job that it concerns; None: all

    @property
    def felt_until(self):
        """TCP sends again after twice the time each: a cut may be felt for as long again as it lasted."""
        return self.end + (self.end - self.begin if self.kind == CUT else 0)


def merged(spans, gap=0.0):
    """Sorted spans of time, those that overlap or lie at most the gap apart as one."""
    joined = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1] + gap:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def without(span, taken):
    """What is left of a span without others, which are sorted and do not overlap."""
    begin, end = span
    left = []
    for from_, until in taken:
        if from_ > begin:
            left.append((begin, min(from_, end)))
        begin = max(begin, until)
    left.append((begin, end))
    return [(a, b) for a, b in left if b > a]


class Faults:
    """`hosts` are those with agents, `slower` by how much the machine is slower than the reference."""

    def __init__(self, faults=(), hosts=(), lease=10, slower=1.0):
        self.all, self.lease, self.slower = tuple(faults), lease, slower
        self.soon, self.far = NEAR + NEAR_WORK * slower, FAR + FAR_WORK * slower
        self.hosts = tuple(hosts) or tuple(dict.fromkeys(fault.host for fault in faults))
        self._unfit = {host: self._unfit_spans(host) for host in self.hosts}

    def concerning(self, job):
        """Those that concern this job."""
        return Faults([fault for fault in self.all if fault.job in (None, job)], self.hosts, self.lease, self.slower)

    def near(self, begin, end):
        """Whether anything at all was wrong on any host in that time."""
        return any(fault.begin <= end and fault.felt_until >= begin for fault in self.all)

    def troubled(self, host, begin, end):
        """Whether in that time the host was in trouble of a kind that can end what it has begun, or keep it from beginning."""
        return any(fault.kind != HINDERED and fault.begin <= end and fault.felt_until >= begin for fault in self._of(host))

    def struck(self, host, fire):
        """Whether the host became unfit just when it may have claimed the fire."""
        return any(fault.kind in DISABLING and fire <= fault.begin <= fire + self.soon for fault in self._of(host))

    # Lost locks

    def may_lose(self, run):
        """Whether a run that ended by itself may have lost its lock before its end was on record."""
        if self._died(run.host, run.ended, RECORDED):
            return True
        silences = self._silences(run.host, SILENT, EARLIEST)
        return any(begin - RECORDED <= run.ended <= end + RECORDED for begin, end in silences)

    def may_end(self, run):
        """Whether a run that did not end by itself may have been ended: with its host, or since it could not prove its lock.

        What is known is when it was last seen. One that leaves no beats was alive for some time after that.
        """
        if self._died(run.host, run.alive_until, self.soon):
            return True
        silences = self._silences(run.host, (*SILENT, UNPROVEN), FENCES)
        return any(begin - self.soon <= run.alive_until <= end + self.soon for begin, end in silences)

    def _died(self, host, at, before):
        """Whether the host lost its power then, or at most so many seconds later."""
        return any(fault.kind == DIED and fault.begin - before <= at <= fault.begin for fault in self._of(host))

    def _silences(self, host, kinds, share):
        """When the host was silent for at least this share of the lease."""
        spans = [(fault.begin, fault.felt_until) for fault in self._of(host) if fault.kind in kinds]
        return [(begin, end) for begin, end in merged(spans, RENEWAL) if end - begin >= share * self.lease]

    def _of(self, host):
        return [fault for fault in self.all if fault.host == host]

    # Fires that nobody could start

    def startable(self, fires, until, runs, lost, hosts=None, full=()):
        """Why one of these fires could have been started, or None if nobody could; arguments as for `idle_host`."""
        waited = any(begin <= until and end >= fires[0] for begin, end in full)
        if not waited and not self.near(fires[0] - FELT, fires[-1] + NOTICED):
            return "nothing was wrong then"
        host = self.idle_host(fires, until, runs, lost, hosts, full)
        return host and f"{host} could have started it"

    def idle_host(self, fires, until, runs, lost, hosts=None, full=()):
        """A host that could have started one of these fires of a job and had the time for it, or None.

        `fires` are due one after the other, the last one may be started until `until`. `runs` are all runs of the job,
        `lost` the fires of it that are recorded as lost, `full` when as many of its group ran as may.
        """
        span = (fires[0], until)
        blocked = [*self._blocked(fires, runs, lost), *((begin, end + self.far) for begin, end in full)]
        hosts = hosts or self.hosts
        for host in hosts:
            for begin, end in without(span, merged([*self._unfit.get(host, []), *blocked])):
                if end - begin >= self._time_needed(begin, hosts):
                    return host
        return None

    def _time_needed(self, begin, hosts):
        """An instance behind the third in rank waits whether the first three start the fire."""
        unfit = sum(any(b <= begin < e for b, e in self._unfit.get(host, [])) for host in hosts)
        return self.far if unfit > 2 else self.soon

    def _unfit_spans(self, host):
        """With the time that an instance needs to notice that it is fit again."""
        spans = [(fault.begin, fault.felt_until + self.far) for fault in self._of(host) if fault.kind in DISABLING]
        return merged(spans)

    def _blocked(self, fires, runs, lost):
        """When the job's lock was held: by a run, or by a host that died or was silent with it."""
        noticed = self.lease + self.far
        spans = [(run.started, run.alive_until + self.soon) for run in runs]
        for fault in self.all:
            if fault.kind not in (DIED, *SILENT):
                continue
            own = [run for run in runs if run.host == fault.host and run.started <= fault.felt_until]
            ran = any(run.alive_until >= fault.begin - RECORDED for run in own)
            claimed = any(fault.begin - noticed <= fire <= fault.begin for fire in lost)
            at_the_lock = any(fire <= fault.begin <= fire + self.soon for fire in fires)
            if ran or claimed or at_the_lock:
                spans.append((fault.begin, min(fault.felt_until, fault.begin + self.lease) + noticed))
        return merged(spans)

