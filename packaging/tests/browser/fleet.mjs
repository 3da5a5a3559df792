// A fleet of three agents on this machine, with a job for each outcome. Everything below one folder.
import { spawn, execFile } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';

const program = process.env.PROGRAM;
const run = promisify(execFile);

// Once a day, and that in some seconds.
function soon() {
  const at = new Date(Date.now() + 20_000);
  return `${at.getUTCSeconds()} ${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
}

// What the commands do, by the outcome that comes of it.
const jobs = {
  'good': { every: '3s', command: 'true', description: 'Ends well' },
  'everywhere': { every: '5s', command: 'true', run_on: 'every' },
  'bad': { every: '4s', command: 'echo "cannot <b>reach</b> it"; exit 3' },
  'slow': { every: '6s', command: 'sleep 600', timeout: '1s', kill_after: '1s' },
  'long': { every: '5s', command: 'echo "<b>working</b>"; i=0; while [ $i -lt 900 ]; do i=$((i + 1)); echo "step $i"; sleep 1; done',
    overlap: 'skip' },
  'victim': { schedule: soon(), timezone: 'UTC', catch_up: { policy: 'latest', within: '1h' }, command: 'sleep 600', kill_after: '1s' },
  'gone': { every: '1h', command: 'kill -9 $PPID; sleep 600' },
  'nowhere': { every: '4s', command: 'true', hosts: ['no-such-host'], tolerance: '2s' },
  'paused': { every: '4s', command: 'true' },
  'off': { every: '1h', command: 'true', enabled: false },
};

export class Fleet {
  constructor(folder) {
    this.folder = folder;
    this.shared = `${folder}/shared`;
    this.agents = new Map();
    this.others = [];
    mkdirSync(this.shared, { recursive: true, mode: 0o700 });
    mkdirSync(`${folder}/mount`, { mode: 0o700 });
    this.config = this.configure('fleetcron.yaml', this.shared);
    writeFileSync(`${folder}/jobs.yaml`, JSON.stringify({ jobs }), { mode: 0o600 });
  }

  configure(name, shared) {
    const file = `${this.folder}/${name}`;
    const main = { shared_dir: shared, storage: 'local', state_dir: `${this.folder}/state`, jobs: ['jobs.yaml'] };
    writeFileSync(file, JSON.stringify(main), { mode: 0o600 });
    return file;
  }

  get jobs() {
    return Object.keys(jobs);
  }

  start(instance) {
    const log = openSync(`${this.folder}/${instance}.log`, 'a');
    const words = ['agent', '--config', this.config, '--instance', instance];
    this.agents.set(instance, spawn(program, words, { stdio: ['ignore', log, log] }));
  }

  kill(instance) {
    this.agents.get(instance).kill('SIGKILL');
  }

  async command(...words) {
    const [name, ...rest] = words;
    return (await run(program, [name, '--config', this.config, ...rest])).stdout;
  }

  // What it prints, though it ends with a status: something is wrong with this fleet on purpose.
  async said(...words) {
    return this.command(...words).catch(ended => ended.stdout);
  }

  async history() {
    return (await this.command('history', '--json')).split('\n').filter(Boolean).map(line => JSON.parse(line));
  }

  // The page's address, served until the end.
  async ui(config = this.config, ...more) {
    const child = spawn(program, ['ui', '--config', config, ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.others.push(child);
    for await (const line of createInterface({ input: child.stdout })) {
      return line;
    }
    throw new Error('fleetcron ui said nothing');
  }

  // The shared directory seen through a file system that can be made to hang.
  async mount() {
    const mount = `${this.folder}/mount`;
    this.through = spawn('bindfs', ['-f', this.shared, mount], { stdio: 'inherit' });
    await until('the mount is there', async () => (await run('stat', ['-f', '-c', '%T', mount])).stdout.startsWith('fuse'));
    return this.configure('mounted.yaml', mount);
  }

  hang() {
    this.through.kill('SIGSTOP');
  }

  async end() {
    this.through?.kill('SIGCONT');
    // Runs outlive their agents; here nobody needs them any more.
    await this.command('kill', '*', '--wait', '30s').catch(() => {});
    for (const child of [...this.others, ...this.agents.values()]) {
      child.kill('SIGTERM');
    }
    await run('umount', ['-l', `${this.folder}/mount`]).catch(() => {});
    this.through?.kill('SIGKILL');
  }
}

// A slow machine takes long: no condition fails before this, in seconds.
const PATIENCE = 180;

export async function until(what, condition) {
  const end = Date.now() + PATIENCE * 1000;
  for (;;) {
    let last;
    try {
      const value = await condition();
      if (value) {
        return value;
      }
    } catch (wrong) {
      last = wrong;
    }
    if (Date.now() > end) {
      throw new Error(`not within ${PATIENCE} s: ${what}${last ? ` (${last})` : ''}`);
    }
    await pause(250);
  }
}
