import assert from 'node:assert/strict';
import test from 'node:test';
import {
  delivery,
  fitsEventFilter,
  hasToken,
  matches,
  now,
  parseQuery,
  parseTime,
  toEventFilter,
  toParams,
  toggleToken,
} from './support.mjs';

const parse = text => parseQuery(text, now);

test('the example of the design is understood', () => {
  const query = parse('outcome:rejected ticket:4242 event:created after:2h text');
  assert.deepEqual(toParams(query), {
    outcome: 'rejected',
    event: 'created',
    ticket: '4242',
    after: '2026-11-24T08:00:00.000Z',
    q: 'text',
  });
  assert.deepEqual(query.refused, []);
});

test('an empty search asks for everything', () => {
  assert.deepEqual(toParams(parse('')), {});
  assert.deepEqual(toParams(parse('   ')), {});
});

test('keys and values are understood in any case, times keep theirs', () => {
  assert.deepEqual(parse('OUTCOME:Rejected').outcome, ['rejected']);
  assert.equal(parse('after:2026-11-23T10:00:00Z').after, Date.parse('2026-11-23T10:00:00Z'));
});

test('several values of one key are alternatives, doubles count once', () => {
  assert.deepEqual(parse('state:dead,queued state:dead').state, ['dead', 'queued']);
});

test('a value that is none is named to the reader and not searched for', () => {
  for (const token of [
    'outcome:maybe',
    'ticket:abc',
    'ticket:',
    'after:yesterday',
    'event:created,nonsense',
    'before:12x',
  ]) {
    const query = parse(token);
    assert.deepEqual(query.refused, [token]);
    assert.deepEqual(toParams(query), {}, token);
  }
});

test('what merely holds a colon is a word', () => {
  assert.deepEqual(parse('http://example.net fe80::1 note:this').words, [
    'http://example.net',
    'fe80::1',
    'note:this',
  ]);
});

test('#4242 is a ticket, # alone is a word', () => {
  assert.equal(parse('#4242').ticket, 4242);
  assert.deepEqual(parse('#').words, ['#']);
  assert.equal(parse('ticket:#7').ticket, 7);
});

test('a ticket number beyond 15 digits is refused, one of 15 is not', () => {
  assert.equal(parse(`ticket:${'9'.repeat(15)}`).ticket, 999999999999999);
  assert.equal(parse(`ticket:${'9'.repeat(16)}`).refused.length, 1);
});

test('spans count back from the present', () => {
  const hour = 3_600_000;
  const expected = {
    '30s': 30_000,
    '5m': 300_000,
    '5min': 300_000,
    '2h': 2 * hour,
    '1d': 24 * hour,
    '1j': 24 * hour,
    '1w': 168 * hour,
  };
  for (const [text, span] of Object.entries(expected)) assert.equal(parseTime(text, now), now - span, text);
});

test('a date means its midnight here', () => {
  assert.equal(parseTime('2026-11-23', now), new Date(2026, 10, 23).getTime());
});

test('a live delivery is shown exactly when it fits', () => {
  const fits = (text, changes) => matches(delivery(changes), parse(text));
  assert.ok(fits('outcome:accepted ticket:4242 event:created state:acked after:1h printer FLOOR'));
  assert.ok(!fits('outcome:rejected'));
  assert.ok(!fits('ticket:4243'));
  assert.ok(!fits('event:changed'));
  assert.ok(!fits('state:dead'));
  assert.ok(!fits('printer basement'));
  assert.ok(fits('10.0.0.7'));
  assert.ok(!fits('state:queued', { state: null, event_kinds: [] }));
  assert.ok(fits('state:dead', { state: 'mixed' }));
});

test('after holds from its instant on, before ends just before its own', () => {
  const at = { received_at: '2026-11-24T09:00:00.000Z' };
  assert.ok(matches(delivery(at), parse('after:1h')));
  assert.ok(!matches(delivery({ received_at: '2026-11-24T08:59:59.999Z' }), parse('after:1h')));
  assert.ok(!matches(delivery(at), parse('before:1h')));
  assert.ok(matches(delivery({ received_at: '2026-11-24T08:59:59.999Z' }), parse('before:1h')));
});

test('a filter button writes its token, replaces another of its key, and takes it out again', () => {
  const once = toggleToken('printer', 'outcome', 'rejected');
  assert.equal(once, 'printer outcome:rejected');
  assert.ok(hasToken(once, 'outcome', 'rejected'));
  assert.equal(toggleToken(once, 'outcome', 'accepted'), 'printer outcome:accepted');
  assert.equal(toggleToken(once, 'outcome', 'rejected'), 'printer');
});

test('a replay never takes a search that its filter cannot express', () => {
  assert.ok(fitsEventFilter(parse('event:created state:dead ticket:1 after:1d text')));
  for (const text of ['outcome:accepted', 'event:created,changed', 'state:dead,queued']) {
    assert.ok(!fitsEventFilter(parse(text)), text);
  }
  assert.deepEqual(toEventFilter(parse('event:created state:dead ticket:7 two words')), {
    event: 'created',
    state: 'dead',
    ticket: 7,
    q: 'two words',
  });
});

test('any text is taken apart without a fault, and no token is lost', () => {
  const alphabet = [...'aé#:,-T0189 \t😀\u0000', 'outcome:', 'ticket:', 'after:', 'state:dead', '2h', ' '];
  let seed = 20261124;
  const random = bound => (seed = (seed * 1103515245 + 12345) % 2147483648) % bound;
  for (let round = 0; round < 2000; round += 1) {
    const text = Array.from({ length: random(20) }, () => alphabet[random(alphabet.length)]).join('');
    const query = parse(text);
    const used = query.words.length + query.refused.length;
    assert.ok(used <= text.split(/\s+/).filter(Boolean).length, JSON.stringify(text));
    for (const token of query.refused) assert.ok(text.includes(token));
  }
});
