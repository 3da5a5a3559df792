'use strict';
// The page is whole without this. It adds a filter for each long table, the age of the page, and reloading.
(() => {
  const make = (tag, text, where) => {
    const made = document.createElement(tag);
    made.textContent = text;
    where.append(made);
    return made;
  };
  for (const table of document.querySelectorAll('table[data-filter]')) {
    const label = make('label', table.dataset.filter + ' ', table.parentElement);
    table.parentElement.before(label);
    const input = make('input', '', label);
    input.type = 'search';
    const rows = Array.from(table.tBodies[0].rows);
    input.addEventListener('input', () => {
      const words = input.value.toLowerCase().split(/\s+/);
      rows.forEach(row => {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every(word => text.includes(word));
      });
    });
  }

  const made = document.getElementById('made');
  const old = document.getElementById('old');
  const tell = () => {
    const minutes = Math.floor((Date.now() - Date.parse(made.dateTime)) / 60000);
    if (Math.sign(minutes - 4) === 1) {
      old.textContent = 'This page is ' + minutes + ' minutes old. Reload it; if that does not help, nobody writes it any more.';
      old.hidden = false;
    }
  };
  tell();
  setInterval(tell, 30000);

  const box = make('input', '', make('label', 'Reload every minute ', document.querySelector('header')));
  box.type = 'checkbox';
  box.checked = location.hash === '#reload';
  box.addEventListener('change', () => history.replaceState(null, '', box.checked ? '#reload' : '#'));
  setInterval(() => {
    const reading = document.querySelector('.live') !== null;
    if (reading ? false : box.checked) {
      location.reload();
    }
  }, 60000);
})();
