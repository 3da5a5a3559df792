// What a person checks on the page, in Chromium: page.mjs FOLDER
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { hostname } from 'node:os';
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { Fleet, until } from './fleet.mjs';

const folder = process.argv[2];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const OUTCOMES = ['succeeded', 'failed', 'timed_out', 'killed', 'lost', 'skipped', 'missed'];

let passed = 0;
const failures = [];

async function check(what, how) {
  try {
    await how();
    passed++;
    console.log(`ok    ${what}`);
  } catch (wrong) {
    failures.push(what);
    console.log(`WRONG ${what}\n${wrong.stack}`);
  }
}

mkdirSync(`${folder}/fleet`, { mode: 0o700 });
const fleet = new Fleet(`${folder}/fleet`);
// Root has no sandbox of its own to make.
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? 'chromium', args: ['--no-sandbox'] })
  .catch(() => chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] }));

// Opens the address; whatever the page complains of, or asks anybody else for, is collected.
async function open(address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', message => ['error', 'warning'].includes(message.type()) && page.complaints.push(message.text()));
  page.on('pageerror', error => page.complaints.push(String(error)));
  page.on('request', asked => asked.url() === address || asked.url().startsWith(`${address}output?job=`)
    || page.complaints.push(`asked for ${asked.url()}`));
  await page.goto(address);
  return page;
}

const rows = (page, section) => page.locator(`#${section} tbody tr`).evaluateAll(
  all => all.filter(row => !row.hidden).map(row => Array.from(row.cells, cell => cell.textContent.trim())));

const violations = async page => {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run());
  return found.violations.map(one => `${one.id}: ${one.nodes.map(node => node.target.join(' ')).slice(0, 3).join(', ')}`);
};

const status = address => new Promise((answered, failed) => {
  const { hostname, port, pathname } = new URL(address.of ?? address);
  request({ hostname, port, path: address.path ?? pathname, headers: address.headers ?? {} }, answer => {
    answer.resume();
    answered(answer.statusCode);
  }).on('error', failed).end();
});

async function everyOutcome() {
  ['alpha', 'beta', 'gamma'].forEach(name => fleet.start(name));
  await until('three agents are up', async () => (await fleet.said('status')).match(/alpha|beta|gamma/g)?.length >= 3);
  await fleet.command('pause', 'paused', '--forever', '--reason', 'the database moves');
  await fleet.command('run', 'gone').catch(() => {});
  await until('victim runs', async () => /^victim .*\brunning$/m.test(await fleet.said('status')));
  await fleet.command('kill', 'victim', '--reason', 'it hangs');
  await until('every outcome is in history', async () => {
    const seen = new Set((await fleet.history()).map(line => line.outcome));
    return OUTCOMES.every(outcome => seen.has(outcome));
  });
}

async function wholeFleet(address) {
  const page = await open(address);
  await check('the page has what it promises, and asks nobody for anything', async () => {
    assert.deepEqual(page.complaints, []);
    assert.equal((await rows(page, 'jobs')).length, fleet.jobs.length);
    assert.match(await page.locator('dl.fleet').textContent(), /Hosts alive\s*3 of 3/);
  });
  await check('trouble is named, worst first, with the command to copy', async () => {
    const trouble = await rows(page, 'trouble');
    const of = job => trouble.find(row => row[1] === job) ?? assert.fail(`nothing of ${job} among ${JSON.stringify(trouble)}`);
    assert.match(of('bad')[0], /failed/);
    assert.match(of('bad')[4], /^fleetcron logs --config .* bad --fire /);
    assert.match(of('slow')[0], /timed out/);
    assert.match(of('victim')[0], /killed/);
    assert.match(of('gone')[0], /lost/);
    assert.match(of('nowhere')[0], /no host|missed/);
    assert.ok(!trouble.some(row => row[0].includes('kill') && !row[0].includes('killed')), 'a kill that is done is still shown');
    assert.match(of('paused').join(' '), /pause .* until it is taken back: the database moves/);
  });
  await check('what a job writes and says is text, never markup', async () => {
    assert.equal(await page.locator('main b:not(.bars b)').count(), 0);
  });
  await check('running now shows the run, on which host', async () => {
    assert.ok((await rows(page, 'running')).some(row => row[0] === 'long' && row[3].match(/alpha|beta|gamma/)));
  });
  await check('a filter leaves what was asked for', async () => {
    await page.getByLabel('Filter jobs').fill('ends well');
    assert.deepEqual((await rows(page, 'jobs')).length, 1);
    await page.getByLabel('Filter jobs').fill('');
    assert.equal((await rows(page, 'jobs')).length, fleet.jobs.length);
  });
  await check('the keyboard reaches links, filters and wide tables', async () => {
    const reached = new Set();
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate(() => document.activeElement.tagName));
    }
    for (const tag of ['A', 'INPUT', 'DIV']) {
      assert.ok(reached.has(tag), `${tag} is not among ${[...reached]}`);
    }
    await page.locator('nav a', { hasText: 'Hosts' }).focus();
    await page.keyboard.press('Enter');
    assert.ok(page.url().endsWith('#hosts'));
  });
  await check('one click marks a whole command', async () => {
    const code = page.locator('#jobs code').first();
    await code.click();
    assert.equal(await page.evaluate(() => String(getSelection())), await code.textContent());
  });
  await check('the command that a fire names says why', async () => {
    const missed = (await rows(page, 'fires')).find(row => row[2].includes('missed')) ?? assert.fail('no fire was missed');
    assert.match(missed[6], /^fleetcron why /);
    const words = missed[6].split(' ').filter(word => word !== 'fleetcron');
    words.splice(words.indexOf('--config'), 2);
    assert.match(await fleet.command(...words), /no-such-host|no live|no host/i);
  });
  await page.screenshot({ path: `${folder}/fleet.png`, fullPage: true });
  await page.context().close();
}

// For the README: without what is of this machine alone, its paths and names.
async function picture(address) {
  const page = await open(address, { viewport: { width: 1100, height: 780 } });
  await page.evaluate(host => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      text.data = text.data.replace(/ --config \S+/, '').replace(/[^\s@]+@[^\s,]+/, 'anna@web1').replaceAll(host, 'web1');
    }
  }, hostname());
  await page.screenshot({ path: process.env.PICTURE });
  await page.context().close();
}

async function liveOutput(address) {
  const page = await open(address);
  const row = page.locator('#running tbody tr', { hasText: 'long' }).first();
  const button = row.getByRole('button', { name: 'Output so far of long' });
  const shown = page.getByRole('log', { name: 'Output of long' });
  await check('what a run writes is shown as it comes, by the keyboard alone', async () => {
    await button.focus();
    await page.keyboard.press('Enter');
    assert.equal(await button.getAttribute('aria-expanded'), 'true');
    await until('its first line is there', async () => (await shown.textContent()).startsWith('<b>working</b>\nstep 1\n'));
    const before = (await shown.textContent()).length;
    await until('more of it comes', async () => (await shown.textContent()).length > before);
    assert.equal(await page.locator('tr.live b').count(), 0, 'output became markup');
    assert.match(await page.locator('tr.live').textContent(), /The run is in progress\./);
    assert.deepEqual(page.complaints, []);
  });
  await page.screenshot({ path: `${folder}/output.png` });
  await check('pressed again, it is gone, and nobody is asked any more', async () => {
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('tr.live').count(), 0);
    assert.equal(await button.getAttribute('aria-expanded'), 'false');
  });
  await check('the end of a run is said, with its exit status', async () => {
    await button.click();
    await until('it is open again', async () => (await shown.textContent()).includes('step 1\n'));
    await fleet.command('kill', 'long', '--reason', 'seen enough');
    await until('the end is there', async () => /The run is over: killed/.test(await page.locator('tr.live').textContent()));
  });
  await page.context().close();
  const read = await open(address, { bypassCSP: true });
  await check('a screen reader can use a row with its output', async () => {
    await until('a run of it goes on again', async () => {
      await read.reload();
      return await read.getByRole('button', { name: 'Output so far of long' }).count() > 0;
    });
    await read.getByRole('button', { name: 'Output so far of long' }).click();
    await until('it is open', async () => (await read.getByRole('log').textContent()).includes('step 1\n'));
    assert.deepEqual(await violations(read), []);
  });
  await read.context().close();
  const plain = await open(address, { javaScriptEnabled: false });
  await check('without the script a link leads to it', async () => {
    await plain.getByRole('link', { name: 'Output so far' }).first().click();
    assert.match(await plain.locator('body').textContent(), /working[^]*\[The run is in progress\.\]/);
  });
  await plain.context().close();
}

async function everyWindow(address) {
  for (const [name, options] of Object.entries({
    light: { colorScheme: 'light' },
    dark: { colorScheme: 'dark' },
    narrow: { viewport: { width: 360, height: 700 } },
  })) {
    const page = await open(address, { ...options, bypassCSP: true });
    await check(`a screen reader can use it, ${name}`, async () => assert.deepEqual(await violations(page), []));
    await check(`nothing but wide tables moves sideways, ${name}`, async () => {
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    });
    await page.screenshot({ path: `${folder}/${name}.png` });
    await page.context().close();
  }
  const plain = await open(address, { javaScriptEnabled: false });
  await check('all of it is there without its script', async () => {
    assert.equal(await plain.locator('#jobs tbody tr').count(), fleet.jobs.length);
    assert.equal(await plain.locator('section').count(), 6);
  });
  await check('it can be printed', async () => {
    await plain.emulateMedia({ media: 'print' });
    assert.equal(await plain.locator('nav').isVisible(), false);
    writeFileSync(`${folder}/printed.pdf`, await plain.pdf());
  });
  await plain.context().close();
}

async function nobodyElse(address) {
  await check('without the secret, or under another name, there is nothing', async () => {
    assert.equal(await status(address), 200);
    assert.notEqual(await status({ of: address, path: '/' }), 200);
    assert.notEqual(await status({ of: address, headers: { host: 'evil.example' } }), 200);
  });
}

async function asAFile() {
  writeFileSync(`${folder}/page.html`, await fleet.command('page'));
  const page = await open(`file://${folder}/page.html`);
  await check('the page as a file is the same', async () => {
    assert.deepEqual(page.complaints, []);
    assert.equal((await rows(page, 'jobs')).length, fleet.jobs.length);
    assert.equal(await page.getByText('Output so far').count(), 0, 'a file has nobody to ask');
  });
  await page.context().close();
}

async function oneDead(address) {
  fleet.kill('gamma');
  const page = await open(address);
  await check('an agent that died is shown as such', async () => {
    await until('gamma is not alive', async () => {
      await page.reload();
      return (await rows(page, 'hosts')).some(row => row[0] === 'gamma' && row[1].includes('no'));
    });
    assert.match(await page.locator('dl.fleet').textContent(), /Hosts alive\s*2 of 3/);
  });
  await page.screenshot({ path: `${folder}/dead.png` });
  await page.context().close();
}

async function hung(address) {
  const page = await open(address);
  await check('before, it answers', async () => assert.equal(await page.locator('.alarm:visible').count(), 0));
  fleet.hang();
  await check('a hung share is said in red, with the age of what is shown, and this host\'s runs', async () => {
    await until('the alarm is there', async () => {
      await page.reload();
      return await page.getByRole('alert').isVisible();
    });
    assert.match(await page.getByRole('alert').textContent(), / old; /);
    assert.ok((await rows(page, 'here')).some(row => row[0] === 'long'), 'the run of this host is not shown');
    assert.equal((await rows(page, 'jobs')).length, fleet.jobs.length);
  });
  await page.screenshot({ path: `${folder}/hung.png` });
  await page.context().close();
}

try {
  await everyOutcome();
  const address = await fleet.ui();
  await wholeFleet(address);
  if (process.env.PICTURE) {
    await picture(address);
  }
  await liveOutput(address);
  await everyWindow(address);
  await nobodyElse(address);
  await asAFile();
  await oneDead(address);
  await hung(await fleet.ui(await fleet.mount(), '--timeout', '2s'));
} catch (wrong) {
  failures.push('the fleet');
  console.log(wrong.stack);
} finally {
  await fleet.end();
  await browser.close();
}
console.log(`page: ${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
