'use strict';
// Runs before the page is drawn, so that it is never drawn in the other theme first.
(() => {
  const THEMES = ['auto', 'light', 'dark'];
  const root = document.documentElement;
  const stored = () => {
    try {
      return localStorage.getItem('theme') || 'auto';
    } catch {
      return 'auto';
    }
  };
  const show = theme => {
    if (theme === 'auto') {
      delete root.dataset.theme;
    } else {
      root.dataset.theme = theme;
    }
  };
  show(stored());

  // A live region is asked for once a page and replaced as a whole; the server has escaped what is in it.
  const follow = region => {
    const state = document.getElementById(region.dataset.state);
    const say = (name, text) => {
      state.dataset.state = name;
      state.textContent = text;
    };
    const source = new EventSource(region.dataset.live);
    source.onopen = () => say('live', 'Live');
    source.onerror = () => say('broken', 'The connection was lost; trying again');
    let shown = '';
    source.addEventListener('numbers', event => {
      if (event.data === shown) {
        return;
      }
      // Who is in a table with the keyboard stays there, and where it was scrolled to.
      const held = region.contains(document.activeElement) ? document.activeElement : null;
      const left = held ? held.scrollLeft : 0;
      region.innerHTML = shown = event.data;
      const again = held && held.id ? document.getElementById(held.id) : null;
      if (again) {
        again.focus({ preventScroll: true });
        again.scrollLeft = left;
      }
    });
    addEventListener('pagehide', () => source.close());
  };

  document.addEventListener('DOMContentLoaded', () => {
    const themes = document.getElementById('theme');
    const name = () => {
      themes.textContent = 'Theme: ' + stored();
    };
    name();
    themes.addEventListener('click', () => {
      const next = THEMES[(THEMES.indexOf(stored()) + 1) % THEMES.length];
      try {
        localStorage.setItem('theme', next);
      } catch {
        // Without storage the choice lasts as long as the page.
      }
      show(next);
      name();
    });
    document.querySelectorAll('[data-live]').forEach(follow);
  });
})();
