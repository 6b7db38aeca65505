import assert from 'node:assert/strict';
import test from 'node:test';
import { isChange, losesSecrets, patchOf, textOf } from './support.mjs';

const setting = changes => ({
  value: 'x',
  origin: 'default',
  locked: false,
  secret: false,
  type: 'string',
  group: 'webhook',
  default: 'x',
  restart: false,
  ...changes,
});
const patch = (changes, draft) => patchOf({ key: setting(changes) }, { key: draft });

test('a draft that says what is in force is no change', () => {
  assert.deepEqual(patch({}, { text: 'x' }), {});
  assert.deepEqual(patch({ value: 90, type: 'integer' }, { text: '90' }), {});
  assert.deepEqual(patch({ value: ['a', 'b'], type: 'list' }, { text: 'a\nb' }), {});
});

test('values leave in the type of their setting', () => {
  assert.deepEqual(patch({ value: 90, type: 'integer' }, { text: ' 30 ' }), { key: 30 });
  assert.deepEqual(patch({ value: 0.66, type: 'number' }, { text: '0,5' }), { key: 0.5 });
  assert.deepEqual(patch({ value: true, type: 'boolean' }, { text: 'false' }), { key: false });
  assert.deepEqual(patch({ value: [], type: 'list' }, { text: ' 25 \n\n31' }), { key: ['25', '31'] });
});

test('what is no number is sent as it stands, so that the service names the mistake', () => {
  assert.deepEqual(patch({ value: 90, type: 'integer' }, { text: 'many' }), { key: 'many' });
});

test('an emptied text goes back to the default, an emptied list is empty', () => {
  assert.deepEqual(patch({}, { text: '' }), { key: null });
  assert.deepEqual(patch({ value: ['a'], type: 'list' }, { text: '' }), { key: [] });
});

test('a locked setting is never in a patch', () => {
  assert.deepEqual(patch({ locked: true, origin: 'file' }, { text: 'other' }), {});
});

test('a secret is never shown, kept when left empty, cleared on demand', () => {
  const secret = { secret: true, value: { set: true, last4: '9f3c' }, origin: 'database' };
  assert.equal(textOf(setting(secret)), '');
  assert.deepEqual(patch(secret, { text: '' }), {});
  assert.deepEqual(patch(secret, { text: 'new' }), { key: 'new' });
  assert.deepEqual(patch(secret, 'reset'), { key: null });
  assert.ok(!isChange(setting({ ...secret, value: { set: false } }), 'reset'));
});

test('only what was set here can go back to its default', () => {
  assert.ok(isChange(setting({ origin: 'database' }), 'reset'));
  assert.ok(!isChange(setting({}), 'reset'));
});

test('another host of HaloPSA loses its secrets, another path does not', () => {
  assert.equal(losesSecrets('https://a.halopsa.com', 'https://b.halopsa.com'), true);
  assert.equal(losesSecrets('https://a.halopsa.com', ' https://a.halopsa.com/halo'), false);
  assert.equal(losesSecrets('https://a.halopsa.com', 'https://a.halopsa.com:8443'), true);
  assert.equal(losesSecrets('https://a.halopsa.com', ''), true);
  assert.equal(losesSecrets('', 'https://a.halopsa.com'), false);
});

test('a draft of a setting that is gone is left out', () => {
  assert.deepEqual(patchOf({}, { gone: { text: 'x' } }), {});
});
