'use strict';
// What a run writes, below its row, as it comes. Without this its link shows what is there as text. The page is XML as well:
// nothing here may need escapes there.
(() => {
  const PAUSE = 1000;
  const MOST = 256 * 1024;
  // The rest of an output may be stored after the end is on record.
  const LOOKS_AFTER_END = 5;
  // Characters that are not seen, or that turn the direction of writing.
  const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

  const make = (tag, where) => {
    const made = document.createElement(tag);
    where.append(made);
    return made;
  };

  const follow = (link, job, cell) => {
    const state = make('p', cell);
    state.className = 'quiet';
    state.setAttribute('role', 'status');
    const shown = make('pre', cell);
    shown.className = 'output';
    shown.tabIndex = 0;
    shown.setAttribute('role', 'log');
    shown.setAttribute('aria-live', 'off');
    shown.setAttribute('aria-label', 'Output of ' + job);
    const decoder = new TextDecoder();
    let next = null;
    let looks = LOOKS_AFTER_END;
    let ended = false;

    const add = bytes => {
      const atEnd = 40 > shown.scrollHeight - shown.scrollTop - shown.clientHeight;
      let text = shown.textContent + decoder.decode(bytes, { stream: true }).replace(/\r\n/g, '\n').replace(HIDDEN, '\ufffd');
      if (text.length > MOST) {
        text = '\u2026' + text.slice(-MOST / 2);
      }
      shown.textContent = text;
      if (atEnd) {
        shown.scrollTop = shown.scrollHeight;
      }
    };

    const look = async () => {
      const asked = new URL(link);
      asked.searchParams.set(...(next === null ? ['follow', ''] : ['from', next]));
      const answer = await fetch(asked, { cache: 'no-store' });
      const words = decodeURIComponent(answer.headers.get('Fleetcron-Words') ?? '');
      if (!answer.ok) {
        throw new Error(await answer.text());
      }
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const end = Number(answer.headers.get('Fleetcron-Next'));
      shown.textContent = next === null ? (end > bytes.length ? '\u2026' : '') : shown.textContent;
      next = end;
      if (bytes.length > 0) {
        add(bytes);
      }
      if (state.textContent !== words) {
        state.textContent = words;
      }
      looks = answer.headers.get('Fleetcron-Goes-On') === 'true' || bytes.length > 0 ? LOOKS_AFTER_END : looks - 1;
    };

    const again = async () => {
      if (ended) {
        return;
      }
      if (!document.hidden) {
        await look().catch(wrong => {
          state.textContent = 'No answer, tried again: ' + wrong.message;
        });
      }
      if (looks > 0) {
        setTimeout(again, PAUSE);
      }
    };
    again();
    return () => {
      ended = true;
    };
  };

  for (const link of document.querySelectorAll('a.output')) {
    const row = link.closest('tr');
    const job = row.cells[0].textContent;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Output so far';
    button.setAttribute('aria-expanded', 'false');
    button.setAttribute('aria-label', 'Output so far of ' + job);
    let close = null;
    button.addEventListener('click', () => {
      if (close === null) {
        const below = document.createElement('tr');
        below.className = 'live';
        row.after(below);
        const cell = make('td', below);
        cell.colSpan = row.cells.length;
        const stop = follow(link.href, job, cell);
        close = () => {
          stop();
          below.remove();
        };
      } else {
        close();
        close = null;
      }
      button.setAttribute('aria-expanded', String(close !== null));
    });
    link.replaceWith(button);
  }
})();
