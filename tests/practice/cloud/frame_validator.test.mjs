// The golden examples of docs/link-protocol against its schemas.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { create_event_checker, frame_problem, frame_types, parse_frame } from './frame_validator.mjs'

const EXAMPLES = new URL('../../../docs/link-protocol/examples/', import.meta.url)
const read_examples = (folder) =>
  fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, text: fs.readFileSync(new URL(name, folder), 'utf8') }))

const good = read_examples(EXAMPLES)
const invalid = read_examples(new URL('invalid/', EXAMPLES))

for (const { name, text } of good) {
  test(`the example ${name} is a valid frame of the type it is named after`, () => {
    const { frame, problem } = parse_frame(text)
    assert.equal(problem, undefined)
    assert.equal(frame.t, name.split('.')[0])
    assert.equal(frame_problem(frame), null)
  })
}

for (const { name, text } of invalid) {
  test(`the example invalid/${name} is refused`, () => {
    const { frame, problem } = parse_frame(text)
    assert.ok(problem ?? frame_problem(frame))
  })
}

test('every type of frame has a good and an invalid example', () => {
  const types_of = (examples) => new Set(examples.map(({ name }) => name.split('.')[0]))
  for (const t of frame_types) {
    assert.ok(types_of(good).has(t), `no example of ${t}`)
    assert.ok(types_of(invalid).has(t), `no invalid example of ${t}`)
  }
})

test('the document and the AsyncAPI file name every type of frame', () => {
  const document = fs.readFileSync(new URL('../../link-protocol.md', EXAMPLES), 'utf8')
  const asyncapi = fs.readFileSync(new URL('../asyncapi.yaml', EXAMPLES), 'utf8')
  for (const t of frame_types) {
    assert.ok(
      document.includes(`| \`${t}\``) || document.includes(`/ \`${t}\``),
      `link-protocol.md lacks ${t}`,
    )
    assert.ok(asyncapi.includes(`./schema/${t}.schema.json`), `asyncapi.yaml lacks ${t}`)
  }
})

test('the cheap check of event frames still sees what the log depends on', () => {
  const { frame } = parse_frame(good.find(({ name }) => name === 'event.json').text)
  const check = create_event_checker()
  for (let i = 0; i < 100; i += 1) assert.equal(check(frame), null)
  for (const broken of [
    { ...frame, seq: 0 },
    { ...frame, attempt: 0 },
    { ...frame, event: null },
    { ...frame, event: { ...frame.event, id: 'x' } },
    { ...frame, event: { ...frame.event, data_base64: 1 } },
    { ...frame, event: { ...frame.event, receivedat: undefined } },
  ])
    assert.ok(check(broken), JSON.stringify(broken).slice(0, 80))
})
