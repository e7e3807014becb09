'use strict';
// The next sample is on the page before it is needed: a key shows it at once, and the label goes out behind it.
document.addEventListener('DOMContentLoaded', () => {
  const desk = document.getElementById('desk');
  const next = document.getElementById('next');
  if (!desk) {
    return;
  }
  const none = document.getElementById('none');
  const said = document.getElementById('said');
  const card = place => place.querySelector('article');
  let last = null;
  let since = Date.now();

  const say = (text, broken) => {
    said.textContent = text;
    said.dataset.state = broken ? 'broken' : 'live';
  };
  const show = element => {
    desk.replaceChildren(...(element ? [element] : []));
    none.hidden = Boolean(element);
    since = Date.now();
  };
  const call = async (id, what, body) => {
    const response = await fetch('/api/review/' + id + '/' + what, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(text.startsWith('{') ? JSON.parse(text).detail : 'The service answered ' + response.status);
    }
    return text ? JSON.parse(text) : {};
  };
  const part = async url => {
    const response = await fetch(url);
    if (!response.ok) {
      throw new Error('The service answered ' + response.status);
    }
    return response.text();
  };
  const fill = async () => {
    const held = [desk, next].map(card).filter(Boolean).map(article => 'except=' + article.dataset.id);
    if (card(next)) {
      return;
    }
    const holder = document.createElement('div');
    holder.innerHTML = await part('/review/cards?' + held.join('&'));
    if (!card(holder)) {
      return;
    }
    htmx.process(holder);
    if (card(desk)) {
      next.replaceChildren(card(holder));
    } else {
      show(card(holder));
      await fill();
    }
  };
  const progress = async () => {
    document.getElementById('progress').innerHTML = await part('/review/progress');
  };

  const leave = async (what, body, words) => {
    const current = card(desk);
    if (!current) {
      return;
    }
    show(card(next));
    try {
      const result = await call(current.dataset.id, what, body(current));
      last = current.dataset.id;
      say(words + (result.leaseExpired ? ' The lease had expired; your label was kept.' : ''), false);
    } catch (failure) {
      say(failure.message + ' Not kept: ' + words, true);
    }
    await Promise.all([fill(), progress()]);
  };
  const label = name => {
    const seconds = (Date.now() - since) / 1000;
    return leave('label', current => ({ token: current.dataset.token, label: name, seconds }), 'Labelled ' + name + '.');
  };
  const skip = () => leave('skip', () => ({}), 'Skipped.');
  const undo = async () => {
    if (!last) {
      say('Nothing to undo on this page.', false);
      return;
    }
    try {
      await call(last, 'undo', {});
      location.reload();
    } catch (failure) {
      say(failure.message, true);
    }
  };
  // They stay as they are from sample to sample.
  for (const name of ['zoom', 'contrast']) {
    const tool = document.getElementById(name);
    tool.addEventListener('input', () => desk.style.setProperty('--' + name, tool.value));
  }
  const guarded = action => action().catch(failure => say(failure.message, true));

  desk.addEventListener('click', event => {
    const button = event.target.closest('button[data-label]');
    if (button) {
      guarded(() => label(button.dataset.label));
    }
  });
  document.getElementById('skip').addEventListener('click', () => guarded(skip));
  document.getElementById('undo').addEventListener('click', () => guarded(undo));
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.target.closest('input, select, textarea')) {
      return;
    }
    const button = /^[1-9]$/.test(event.key) && desk.querySelector('button[data-key="' + event.key + '"]');
    if (button) {
      guarded(() => label(button.dataset.label));
    } else if (event.key === 's' || event.key === 'S') {
      guarded(skip);
    } else if (event.key === 'u' || event.key === 'U') {
      guarded(undo);
    }
  });
});
