import assert from 'node:assert/strict';
import test from 'node:test';
import { parseInline, parseMarkdown } from './support.mjs';

const text = value => ({ kind: 'text', text: value });

test('paragraphs, headings, lists, quotes and code are told apart', () => {
  const blocks = parseMarkdown(
    '# Title\nfirst line\nsecond line\n\n- one\n- two\n  goes on\n\n1. a\n2) b\n\n> said\n> so\n\n' +
      '```sh\nls -l\n\nx\n```\nend',
  );
  assert.deepEqual(blocks, [
    { kind: 'heading', children: [text('Title')] },
    { kind: 'paragraph', children: [text('first line second line')] },
    { kind: 'list', ordered: false, items: [[text('one')], [text('two goes on')]] },
    { kind: 'list', ordered: true, items: [[text('a')], [text('b')]] },
    { kind: 'quote', children: [text('said so')] },
    { kind: 'code', text: 'ls -l\n\nx' },
    { kind: 'paragraph', children: [text('end')] },
  ]);
});

test('bold, italic and code stand within a line, and stars that mean nothing stay stars', () => {
  assert.deepEqual(parseInline('a **b *c*** `d*` 2 * 3 * 4 snake_case_name'), [
    text('a '),
    { kind: 'strong', children: [text('b '), { kind: 'em', children: [text('c')] }] },
    text(' '),
    { kind: 'code', text: 'd*' },
    text(' 2 * 3 * 4 snake_case_name'),
  ]);
});

test('only http and https become links', () => {
  assert.deepEqual(parseInline('[docs](https://example.net/x?a=1)'), [
    { kind: 'link', href: 'https://example.net/x?a=1', children: [text('docs')] },
  ]);
  for (const evil of ['[x](javascript:alert(1))', '[x](data:text/html,x)', '[x](//evil.example)'])
    assert.deepEqual(parseInline(evil), [text(evil)]);
});

test('things to do have a box, ticked where they are done', () => {
  assert.deepEqual(parseMarkdown('- [ ] ask\n- [x] look\n- [y] no'), [
    { kind: 'list', ordered: false, items: [[text('☐ ask')], [text('☑ look')], [text('[y] no')]] },
  ]);
});

test('HTML is text', () => {
  const evil = '<img src=x onerror=alert(1)><script>alert(2)</script>';
  assert.deepEqual(parseMarkdown(evil), [{ kind: 'paragraph', children: [text(evil)] }]);
});

test('code without an end runs to the end, and nothing loops', () => {
  assert.deepEqual(parseMarkdown('```\nx'), [{ kind: 'code', text: 'x' }]);
  assert.deepEqual(parseMarkdown(''), []);
  assert.deepEqual(parseMarkdown('\n \n'), []);
});

test('a long text of marks is read in no time, and nests to a depth', () => {
  const from = performance.now();
  parseMarkdown('*'.repeat(50_000));
  parseMarkdown('**a '.repeat(5_000));
  parseMarkdown('['.repeat(20_000));
  parseMarkdown('> '.repeat(10_000));
  assert.ok(performance.now() - from < 1500, `${performance.now() - from} ms`);
});
