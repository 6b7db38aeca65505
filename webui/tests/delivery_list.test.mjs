import assert from 'node:assert/strict';
import test from 'node:test';
import { append, delivery, emptyList, merge, nextPage, now, parseQuery, rowsMax } from './support.mjs';

const everything = parseQuery('', now);
const row = (number, changes = {}) =>
  delivery({
    id: `id-${number}`,
    received_at: new Date(now + number).toISOString(),
    ...changes,
  });
const ids = list => list.items.map(item => item.id);
const page = (numbers, next_cursor = null) => ({ items: numbers.map(number => row(number)), next_cursor });

test('an arrival stands at the top and is marked as new', () => {
  const list = merge(append(emptyList, page([2, 1])), row(3), everything);
  assert.deepEqual(ids(list), ['id-3', 'id-2', 'id-1']);
  assert.deepEqual([...list.arrived], ['id-3']);
});

test('a delivery that changed keeps its place, even if it fits the search no more', () => {
  const list = append(emptyList, page([2, 1]));
  const changed = merge(list, row(1, { state: 'dead' }), parseQuery('state:acked', now));
  assert.deepEqual(ids(changed), ['id-2', 'id-1']);
  assert.equal(changed.items[1].state, 'dead');
  assert.equal(changed.arrived.size, 0);
  assert.deepEqual(ids(merge(list, row(2, { state: 'dead' }), everything)), ['id-2', 'id-1']);
});

test('an arrival that does not fit the search changes nothing', () => {
  const list = append(emptyList, page([1]));
  assert.equal(merge(list, row(2), parseQuery('outcome:rejected', now)), list);
});

test('what came live before its page was loaded is not shown twice', () => {
  const list = append(merge(emptyList, row(2), everything), page([2, 1], 'next'));
  assert.deepEqual(ids(list), ['id-2', 'id-1']);
  assert.deepEqual(nextPage(list), { cursor: 'next' });
});

test('the list stops growing at its bound, and goes on below the last row that is left', () => {
  let list = append(emptyList, page([0], 'next'));
  for (let number = 1; number < rowsMax; number += 1) list = merge(list, row(number), everything);
  assert.equal(list.items.length, rowsMax);
  assert.deepEqual(nextPage(list), { cursor: 'next' });
  list = merge(list, row(rowsMax), everything);
  assert.equal(list.items.length, rowsMax);
  assert.equal(list.items.at(-1).id, 'id-1');
  assert.deepEqual(nextPage(list), { before: new Date(now + 2).toISOString() });
  const rest = append(list, page([1, 0]));
  assert.deepEqual(ids(rest).slice(-2), ['id-1', 'id-0']);
  assert.equal(rest.items.length, rowsMax + 1);
});

test('the end of the list asks for nothing', () => {
  assert.deepEqual(nextPage(append(emptyList, page([1]))), {});
});
