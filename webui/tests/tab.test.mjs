import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { isLasting, languageOf, nextLook, nextTry, tabWords, waitingFor } from './support.mjs';

const minute = 60_000;
const event = (state, more = {}) => ({
  id: '1',
  kind: 'created',
  text: '',
  received_at: '2026-11-24T09:30:00.000Z',
  state,
  acked_at: null,
  own: false,
  ...more,
});
const view = (events, live = true, insight = null) => ({ events, link: { live }, insight });

function leaves(value, path = '') {
  if (typeof value !== 'object') return [[path, value]];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, `${path}.${key}`));
}

test('the tab says the same things in both languages', () => {
  const shape = words => leaves(words).map(([path, value]) => `${path} ${typeof value}`);
  assert.deepEqual(shape(tabWords.fr), shape(tabWords.en));
  for (const [path, value] of [...leaves(tabWords.en), ...leaves(tabWords.fr)]) {
    if (typeof value === 'string') assert.ok(value !== '' && value.trim() === value, path);
    else assert.ok(value('12:34').includes('12:34'), path);
  }
});

test('French has its spaces', () => {
  for (const [path, value] of leaves(tabWords.fr)) {
    const text = typeof value === 'string' ? value : value('x');
    assert.doesNotMatch(text, / [:;?!»]|« /, path);
  }
});

test('the language that was set goes before the browser’s', () => {
  assert.equal(languageOf('fr', ['en-GB']), 'fr');
  assert.equal(languageOf('auto', ['de-CH', 'fr-CH', 'en']), 'fr');
  assert.equal(languageOf(undefined, ['de']), 'en');
});

test('while nothing has come, the newest event and the link say what is waited for', () => {
  assert.equal(waitingFor(view([])).for, 'unheard');
  assert.equal(waitingFor(view([], false)).for, 'link_down');
  assert.equal(waitingFor(view([event('queued')])).for, 'on_its_way');
  assert.equal(waitingFor(view([event('queued')], false)).for, 'link_down');
  const acked = event('acked', { acked_at: '2026-11-24T09:30:01.000Z' });
  assert.deepEqual(waitingFor(view([acked, event('queued')])), {
    for: 'at_mizo',
    since: '2026-11-24T09:30:01.000Z',
  });
  assert.equal(waitingFor(view([event('dead')])).for, 'given_up');
  assert.equal(waitingFor(view([event('unscoped')])).for, 'out_of_scope');
});

test('an insight is awaited eagerly at first and patiently later', () => {
  assert.equal(nextLook(view([]), 0), 2_000);
  assert.equal(nextLook(view([]), 2 * minute - 1), 2_000);
  assert.equal(nextLook(view([]), 2 * minute), 5_000);
  assert.equal(nextLook(view([]), 15 * minute), 15_000);
  assert.equal(nextLook(view([], true, { expired: false }), 0), 10_000);
  assert.equal(nextLook(view([], true, { expired: false }), 15 * minute), 30_000);
  assert.equal(nextLook(view([], true, { expired: true }), 0), 2_000);
});

test('failures are tried again, more and more slowly, and at least once a minute', () => {
  assert.deepEqual([1, 2, 3, 5, 6, 60].map(nextTry), [3_000, 6_000, 12_000, 48_000, 60_000, 60_000]);
});

test('what only a person can mend is not tried again', () => {
  assert.equal(isLasting('tab_link_refused'), true);
  for (const code of ['unreachable', 'tab_halo_unavailable', 'tab_store_unavailable', 'tab_too_fast'])
    assert.equal(isLasting(code), false, code);
});

test('every refusal of the tab has its words', () => {
  const folder = new URL('../../daemon/tab/', import.meta.url);
  const files = readdirSync(folder).filter(name => name.endsWith('.cpp'));
  const source = files.map(name => readFileSync(new URL(name, folder), 'utf8')).join('\n');
  const codes = [...source.matchAll(/Errc::\w+,\s*"(tab_\w+)"/g)].map(([, code]) => code);
  assert.ok(codes.length > 20);
  for (const code of codes.filter(each => !each.startsWith('tab_insight')))
    assert.ok(code in tabWords.en.problems, code);
});
