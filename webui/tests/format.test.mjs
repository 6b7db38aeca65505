import assert from 'node:assert/strict';
import test from 'node:test';
import {
  fill,
  frenchSpaces,
  isComplete,
  formatBytes,
  formatDuration,
  formatListTime,
  formatRelative,
  formatThumbprint,
  now,
} from './support.mjs';

const plain = text => text.replaceAll(/[\u00a0\u202f]/g, ' ');
const duration = (milliseconds, language = 'en') => plain(formatDuration(language, milliseconds));
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

test('durations change their unit exactly at its border', () => {
  const expected = [
    [0, '0 ms'],
    [9.94, '9.9 ms'],
    [10, '10 ms'],
    [999, '999 ms'],
    [1000, '1 s'],
    [9900, '9.9 s'],
    [10_000, '10 s'],
    [minute - 1, '59 s'],
    [minute, '1 min'],
    [hour - 1, '59 min'],
    [hour, '1 h'],
    [hour + 5 * minute, '1 h 5 min'],
    [day - 1, '23 h'],
    [day, '1 d'],
    [2 * day + 3 * hour, '2 d 3 h'],
    [10 * day + 3 * hour, '10 d'],
  ];
  for (const [milliseconds, text] of expected) assert.equal(duration(milliseconds), text);
});

test('a clock that is behind is as far off as one that is ahead', () => {
  assert.equal(duration(-41_000), '41 s');
});

test('French says days and decimals its own way', () => {
  assert.equal(duration(2 * day, 'fr'), '2 j');
  assert.equal(duration(1500, 'fr'), '1,5 s');
});

test('bytes change their unit exactly at 1024', () => {
  const bytes = (value, language = 'en') => plain(formatBytes(language, value));
  assert.equal(bytes(0), '0 B');
  assert.equal(bytes(1023), '1,023 B');
  assert.equal(bytes(1024), '1 KiB');
  assert.equal(bytes(1536), '1.5 KiB');
  assert.equal(bytes(4 * 1024 * 1024), '4 MiB');
  assert.equal(bytes(1536, 'fr'), '1,5 Kio');
});

test('times are told relative to the present, in the coarsest unit that is true', () => {
  const ago = milliseconds => formatRelative('en', new Date(now - milliseconds).toISOString(), now);
  assert.equal(ago(0), 'now');
  assert.equal(ago(4999), 'now');
  assert.match(ago(5000), /^5 sec/);
  assert.match(ago(minute - 1), /^59 sec/);
  assert.match(ago(minute), /^1 min/);
  assert.match(ago(hour), /^1 hr/);
  assert.equal(ago(day), 'yesterday');
});

test('a list shows the clock for today and the day for anything older', () => {
  const here = new Date(2026, 10, 24, 10, 0, 0).getTime();
  assert.equal(formatListTime('en', new Date(2026, 10, 24, 9, 5, 7).toISOString(), here), '09:05:07');
  assert.match(formatListTime('en', new Date(2026, 10, 23, 9, 5, 7).toISOString(), here), /23.* 09:05$/);
});

test('a thumbprint is grouped by four and loses nothing', () => {
  const thumbprint = '0123456789ABCDEF0123456789ABCDEF01234567';
  const grouped = formatThumbprint(thumbprint);
  assert.match(grouped, /^([0-9A-F]{4} ){9}[0-9A-F]{4}$/);
  assert.equal(grouped.replaceAll(' ', ''), thumbprint);
});

test('arguments are shown by what their name says they are', () => {
  const text = (template, args) => plain(fill('en', template, args));
  assert.equal(text('off by {skew_ms}', { skew_ms: 41000 }), 'off by 41 s');
  assert.equal(text('{free} free', { free: 1024 }), '1 KiB free');
  assert.equal(text('{count} of {total}', { count: 12345, total: 2 }), '12,345 of 2');
  assert.equal(text('port {port}', { port: 8471 }), 'port 8471');
  assert.equal(text('closed {close_code}', { close_code: null }), 'closed –');
});

test('a placeholder without its argument shows a dash, and foreign text is not taken for a template', () => {
  assert.equal(fill('en', 'by {host}', {}), 'by –');
  assert.equal(fill('en', '{reason}', { reason: '{host} $& $1' }), '{host} $& $1');
});

test('French never breaks a line before its punctuation or inside its quotes', () => {
  const text = frenchSpaces('Prêt ? Voyez « Liaison » : tout va ; oui !');
  assert.equal(text.replaceAll('\u00a0', ' '), 'Prêt ? Voyez « Liaison » : tout va ; oui !');
  assert.equal(text.match(/\u00a0/g).length, 6);
  assert.doesNotMatch(text, / [?!:;»]|« /);
});

test('a template is complete when each placeholder has an argument, be it null', () => {
  assert.ok(isComplete('no placeholder', {}));
  assert.ok(isComplete('closed {close_code} {reason}', { close_code: null, reason: '' }));
  assert.ok(!isComplete('closed {close_code} {reason}', { close_code: 1000 }));
});
