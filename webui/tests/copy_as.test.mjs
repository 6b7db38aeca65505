import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { asCurl, asPowerShell, delivery, quoteForPowerShell, quoteForShell } from './support.mjs';

const hostile = [
  "it's",
  '"double"',
  '$HOME `id` $(id)',
  'a\nb',
  '\\',
  '!history',
  "''",
  'é😀',
  '*?[x]',
  '-n',
  '',
];

const detail = (changes = {}) => ({
  ...delivery(),
  method: 'POST',
  headers: [
    { name: 'Host', value: 'relay', masked: false },
    { name: 'Content-Type', value: 'application/json; charset=utf-8', masked: false },
    { name: 'X-Signature', value: "abc'; id #", masked: false },
    { name: 'Authorization', value: '', masked: true },
    { name: 'Content-Length', value: '9', masked: false },
  ],
  body: { size: 9, sha256: '', available: true, encoding: 'utf8', text: '{"a":"\'"}', truncated: false },
  ...changes,
});

test('a shell reads back exactly what was quoted', { skip: process.platform === 'win32' }, () => {
  for (const text of hostile) {
    const read = execFileSync('sh', ['-c', `printf '%s.' ${quoteForShell(text)}`], { encoding: 'utf8' });
    assert.equal(read, `${text}.`);
  }
});

test(
  'the arguments of the curl command are the request, and nothing else runs',
  { skip: process.platform === 'win32' },
  () => {
    const command = asCurl(detail(), "https://relay/'path").replace(/^curl/, "printf '%s\\0'");
    const read = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).split('\0').slice(0, -1);
    assert.deepEqual(read, [
      '--request',
      'POST',
      "https://relay/'path",
      '--header',
      'Content-Type: application/json; charset=utf-8',
      '--header',
      "X-Signature: abc'; id #",
      '--data-binary',
      '{"a":"\'"}',
    ]);
  },
);

test('a masked header and those of the connection are left out', () => {
  for (const command of [asCurl(detail(), 'https://relay/'), asPowerShell(detail(), 'https://relay/')]) {
    assert.doesNotMatch(command, /Authorization|Host:|'Host'|Content-Length/);
  }
});

test('a body that is cut or binary comes from the downloaded file', () => {
  for (const change of [{ truncated: true }, { encoding: 'base64' }]) {
    const cut = detail({ body: { ...detail().body, ...change } });
    assert.ok(asCurl(cut, 'https://relay/').includes(`'@${cut.id}.json'`));
    assert.ok(asPowerShell(cut, 'https://relay/').includes(`ReadAllBytes("$PWD\\${cut.id}.json")`));
  }
});

test('no quote of PowerShell stays single inside a string', () => {
  for (const quote of ["'", '\u2018', '\u2019', '\u201a', '\u201b']) {
    assert.equal(quoteForPowerShell(`a${quote}b`), `'a${quote}${quote}b'`);
  }
});
