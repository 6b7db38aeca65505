import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { codesEn, codesFr, en, englishMessages, fr, messagesFr, settingsEn, settingsFr } from './support.mjs';

const document = JSON.parse(
  readFileSync(new URL('../../docs/admin-api/openapi.json', import.meta.url), 'utf8'),
);
const { schemas } = document.components;

function leaves(value, path = '') {
  if (typeof value !== 'object') return [[path, value]];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, `${path}.${key}`));
}

const placeholders = text => (text.match(/\{\w+\}/g) ?? []).sort();

test('both languages have the same keys of the same kind', () => {
  const shape = catalogue => leaves(catalogue).map(([path, value]) => `${path} ${typeof value}`);
  assert.deepEqual(shape(fr), shape(en));
});

test('no text is empty or ends in a blank', () => {
  for (const [name, catalogue] of Object.entries({ en, fr, codesEn, codesFr, messagesFr })) {
    for (const [path, value] of leaves(catalogue)) {
      if (typeof value === 'string') assert.ok(value !== '' && value.trim() === value, `${name}${path}`);
    }
  }
});

test('texts with a number say it', () => {
  for (const catalogue of [en, fr]) {
    for (const [path, value] of leaves(catalogue)) {
      if (typeof value === 'function') assert.ok(value(7).includes('7'), path);
    }
  }
});

test('French has every message of the contract, with the same arguments', () => {
  assert.deepEqual(Object.keys(messagesFr), schemas.MessageCode.enum);
  for (const [code, text] of Object.entries(englishMessages)) {
    assert.deepEqual(placeholders(messagesFr[code]), placeholders(text), code);
  }
});

test('every problem and every audited action of the contract has a text in both languages', () => {
  const problems = [...schemas.ProblemCode.enum, 'unreachable', 'unexpected'].sort();
  const actions = [...schemas.AuditEntry.properties.action.enum].sort();
  for (const codes of [codesEn, codesFr]) {
    assert.deepEqual(Object.keys(codes.problems).sort(), problems);
    assert.deepEqual(Object.keys(codes.actions).sort(), actions);
  }
});

test('a problem says what next, with the same arguments in both languages', () => {
  for (const [code, [title, next]] of Object.entries(codesEn.problems)) {
    assert.ok(title && next, code);
    assert.deepEqual(placeholders(codesFr.problems[code].join()), placeholders([title, next].join()), code);
  }
});

test('every setting is named and explained in both languages, and nothing else is', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const keys = [...page.matchAll(/^\| `([a-z_]+\.[a-z_]+)` \|/gm)].map(match => match[1]).sort();
  assert.ok(keys.length > 0);
  for (const texts of [settingsEn, settingsFr]) assert.deepEqual(Object.keys(texts).sort(), keys);
});

test('French keeps the spaces its punctuation needs', () => {
  const texts = [...leaves(fr), ...leaves(messagesFr), ...leaves(codesFr), ...leaves(settingsFr)].filter(
    ([, value]) => typeof value === 'string',
  );
  for (const [path, value] of texts) {
    if (!/outcome:|https?:/.test(value)) assert.doesNotMatch(value, /[\p{L})][:;?!](\s|$)/u, path);
  }
});
