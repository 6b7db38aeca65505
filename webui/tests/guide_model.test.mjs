import assert from 'node:assert/strict';
import test from 'node:test';
import {
  asDraft,
  conditionOf,
  countVerdicts,
  englishMessages,
  en,
  fr,
  holds,
  isFirstDay,
  nextSection,
  pageOf,
  readSection,
  readTypes,
  withType,
} from './support.mjs';

const check = (section, verdict) => ({ id: `${section}-${verdict}`, section, verdict });
const guide = (...items) => ({ items });

test('a section is wrong as soon as one check is, and right only when none is left', () => {
  assert.equal(conditionOf([check(1, 'right'), check(1, 'not_yet'), check(1, 'wrong')]), 'bad');
  assert.equal(conditionOf([check(1, 'right'), check(1, 'not_yet')]), 'unknown');
  assert.equal(conditionOf([check(1, 'right'), check(1, 'unknown_rights')]), 'unseen');
  assert.equal(conditionOf([check(1, 'right')]), 'ok');
  assert.equal(conditionOf([]), 'unknown');
  assert.deepEqual(countVerdicts([check(1, 'right'), check(2, 'right'), check(2, 'wrong')]), {
    right: 2,
    wrong: 1,
    unknown_rights: 0,
    not_yet: 0,
  });
});

test('the admin goes on at the first section with something left, else at the test', () => {
  const done = [1, 2, 3, 4, 5, 6].map(section => check(section, 'right'));
  assert.equal(nextSection(guide(...done)), 6);
  assert.equal(nextSection(guide(...done, check(4, 'wrong'))), 4);
  assert.equal(nextSection(guide(...done.slice(1))), 1);
});

test('what cannot be seen is left to do until tickets are seen to travel', () => {
  const unseen = [1, 2, 3, 5].map(section => check(section, 'right')).concat(check(4, 'unknown_rights'));
  assert.equal(nextSection(guide(...unseen, check(6, 'not_yet'))), 4);
  assert.equal(nextSection(guide(...unseen, check(6, 'right'))), 6);
});

test('a section in the address is one of six', () => {
  assert.equal(readSection('4'), 4);
  for (const text of ['0', '7', '04', 'x', undefined]) assert.equal(readSection(text), null);
});

test('the first day ends when Mizo knows the relay and HaloPSA has called', () => {
  const status = (state, came) => ({
    link: { state },
    strip: [
      { stage: 'halopsa', last_success: came },
      { stage: 'link', last_success: '2026-11-23T10:00:00.000Z' },
    ],
  });
  assert.equal(isFirstDay(status('not_enrolled', '2026-11-23T10:00:00.000Z')), true);
  assert.equal(isFirstDay(status('live', null)), true);
  assert.equal(isFirstDay(status('backing_off', '2026-11-23T10:00:00.000Z')), false);
});

test('ticket types: unset means all, a list those, and a choice becomes a draft', () => {
  assert.equal(readTypes([], undefined, 'all'), 'all');
  assert.deepEqual(readTypes([], undefined, []), []);
  assert.deepEqual(readTypes(['3', '1'], undefined, 'all'), [3, 1]);
  assert.deepEqual(readTypes(['3'], { text: '4\n5' }, 'all'), [4, 5]);
  assert.equal(readTypes(['3'], 'reset', 'all'), 'all');
  assert.equal(holds('all', 9), true);
  assert.equal(holds([1, 2], 9), false);
  assert.deepEqual(withType('all', 2, false, [1, 2, 3]), [1, 3]);
  assert.deepEqual(withType([3], 1, true, [1, 2, 3]), [1, 3]);
  assert.deepEqual(withType([3], 3, true, [1, 2, 3]), [3]);
  assert.deepEqual(asDraft([1, 3]), { text: '1\n3' });
  assert.equal(asDraft('all'), 'reset');
});

test('what is wrong leads to the page that is about it, and its name is in both languages', () => {
  assert.equal(pageOf('certificate_due').path, '/certificates');
  assert.equal(pageOf('mizo_dead_letters').path, '/deliveries?q=state:dead');
  assert.equal(pageOf('mizo_behind').path, '/link');
  assert.equal(pageOf('stage_ok'), null);
  assert.equal(pageOf(null), null);
  for (const code of Object.keys(englishMessages)) {
    const page = pageOf(code);
    if (page) assert.ok(en.nav[page.nav] && fr.nav[page.nav], code);
  }
});
