// The page of a large fleet in Chromium: how soon it is there, and what it takes. large.mjs FOLDER JAVA CLASSPATH
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { chromium } from 'playwright-core';

const [folder, java, classpath] = process.argv.slice(2);
const [jobs, hosts, lines] = [500, 50, 100_000];
const TIMES = 5;
// Milliseconds and mebibytes; the heap of the program is bounded at 192.
const LIMITS = { paint: 1000, memory: 300 };

const program = process.env.PROGRAM;
mkdirSync(`${folder}/large`, { mode: 0o700 });
const fleet = spawn(java, ['-cp', classpath, 'io.fleetcron.page.LargeFleet', `${folder}/large`, jobs, hosts, lines],
  { stdio: ['pipe', 'pipe', 'inherit'] });
const others = [fleet];
const line = async child => {
  for await (const first of createInterface({ input: child.stdout })) {
    return first;
  }
  throw new Error('it said nothing');
};
const memory = (pid, what) => Math.round(Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`${what}:\\s+(\\d+)`))[1]) / 1024);
// Processor time so far, in milliseconds: proc(5), in ticks of 10 ms.
const used = pid => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*[)] /, '').split(' ').slice(11, 13).reduce((a, b) => a + 10 * Number(b), 0);
const median = all => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];

let status = 1;
let browser;
try {
  await Promise.race([once(fleet.stdout, 'data'), once(fleet, 'exit')]);
  const ui = spawn(program, ['ui', '--config', `${folder}/large/fleetcron.yaml`, '--timeout', '30s'], { stdio: ['ignore', 'pipe', 'inherit'] });
  others.push(ui);
  const address = await line(ui);
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const measured = { answer: [], paint: [], load: [] };
  for (let i = 0; i <= TIMES; i++) {
    const before = used(ui.pid);
    await page.goto(address);
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    const seen = await page.evaluate(() => {
      const [way] = performance.getEntriesByType('navigation');
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      return { answer: way.responseStart, paint: paint.startTime, load: way.domContentLoadedEventEnd, bytes: way.encodedBodySize,
        rows: document.querySelectorAll('tr').length };
    });
    console.log(`${i === 0 ? 'first ' : 'again '} answered after ${Math.round(seen.answer)} ms, first paint ${Math.round(seen.paint)} ms, `
      + `whole ${Math.round(seen.load)} ms, ${Math.round(seen.bytes / 1024)} KiB, ${seen.rows} rows; `
      + `processor ${used(ui.pid) - before} ms; resident ${memory(ui.pid, 'VmRSS')} MiB, at most ${memory(ui.pid, 'VmHWM')}`);
    if (i > 0) {
      Object.keys(measured).forEach(key => measured[key].push(seen[key]));
    }
    await page.waitForTimeout(2100); // the page is read again after two seconds
  }
  const typed = await page.evaluate(() => {
    const input = document.querySelector('input[type=search]');
    const begin = performance.now();
    input.value = 'team7';
    input.dispatchEvent(new Event('input'));
    document.body.getBoundingClientRect();
    return performance.now() - begin;
  });
  const found = await page.locator('#jobs tbody tr:visible').count();
  console.log(`a filter takes ${Math.round(typed)} ms and leaves ${found} of ${jobs} jobs`);
  const most = memory(ui.pid, 'VmHWM');
  console.log(`${jobs} jobs, ${hosts} hosts, ${lines} lines of history: first paint ${Math.round(median(measured.paint))} ms (median of ${TIMES}), `
    + `resident memory at most ${most} MiB`);
  status = LIMITS.paint > median(measured.paint) && LIMITS.memory > most && found === jobs / 20 ? 0 : 1;
  console.log(status === 0 ? 'large: all is well' : `large: not within ${LIMITS.paint} ms and ${LIMITS.memory} MiB`);
  await page.screenshot({ path: `${folder}/large.png` });
} finally {
  await browser?.close();
  others.forEach(child => child.kill('SIGTERM'));
}
process.exit(status);
