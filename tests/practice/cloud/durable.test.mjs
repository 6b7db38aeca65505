// What the cloud said it has, it has: after kill -9, after a torn last line, after a restart.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { temporary_folder } from '../support/temporary.mjs'
import { send_events } from '../support/test_cloud.mjs'
import { connect_live, enroll, make_event } from '../support/test_relay.mjs'
import { until } from '../support/until.mjs'
import { DurableFile } from './durable_file.mjs'
import { start_practice_cloud } from './practice_cloud.mjs'

const MAIN = new URL('./main.mjs', import.meta.url).pathname

async function spawn_cloud(t, folder, ...args) {
  const child = spawn(process.execPath, [MAIN, '--data-dir', folder, '--code', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  const [line] = await once(child.stdout, 'data')
  return { child, ...JSON.parse(line) }
}

const get = async (url) => (await fetch(url)).json()

test('what was acked before kill -9 is there after a restart, and the relay goes on behind it', async (t) => {
  const folder = temporary_folder(t)
  const first = await spawn_cloud(t, folder)
  const identity = await enroll(first.base_url, first.code)
  const relay = await connect_live(identity)
  const made = send_events(relay, identity, 1, 200)
  await until(() => relay.all('ack').length > 0)
  first.child.kill('SIGKILL')
  await relay.closing()
  const acked = relay.all('ack').at(-1).upto

  const second = await spawn_cloud(t, folder)
  const again = await connect_live(
    { ...identity, connect_url: second.connect_url },
    { hello: { fence: 2, stream: { next_seq: 201, acked } } },
  )
  const { durable_seq } = again.welcome.resume
  assert.ok(durable_seq >= acked, `acked ${acked}, kept ${durable_seq}`)
  send_events(again, identity, durable_seq + 1, 200, made)
  if (durable_seq < 200) await again.acked(200)
  const { items, unique } = await get(`${second.control_url}/practice/events`)
  assert.equal(unique, 200)
  assert.deepEqual(
    items.map(({ id }) => id),
    [...made.values()].map(({ event }) => event.id),
  )
})

test('the log holds each frame byte for byte', async (t) => {
  const folder = temporary_folder(t)
  const cloud = await start_practice_cloud({ folder })
  const identity = await enroll(cloud.base_url, cloud.make_code())
  const relay = await connect_live(identity)
  const made = send_events(relay, identity, 1, 3)
  await relay.acked(3)
  await cloud.close()
  const lines = fs.readFileSync(path.join(folder, 'log.ndjson'), 'utf8').trim().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).frame),
    [...made.values()],
  )
  assert.ok(lines.every((line, i) => line.endsWith(`"frame":${JSON.stringify(made.get(i + 1))}}`)))
})

test('a torn last line is cut off, and the next append begins a new one', async (t) => {
  const file = path.join(temporary_folder(t), 'log')
  fs.writeFileSync(file, 'one\ntwo\nthr')
  const lines = []
  const log = DurableFile.open(file, (line) => lines.push(line))
  await new Promise((resolve) => log.append('four', resolve))
  await log.close()
  assert.deepEqual(lines, ['one', 'two'])
  assert.equal(fs.readFileSync(file, 'utf8'), 'one\ntwo\nfour\n')
})

test('lines longer than the reading buffer, and characters across its edge, are read whole', async (t) => {
  const file = path.join(temporary_folder(t), 'log')
  const written = ['é'.repeat(1024 * 1024 - 1), 'x', '🚀'.repeat(700000), '']
  fs.writeFileSync(file, written.map((line) => `${line}\n`).join(''))
  const lines = []
  await DurableFile.open(file, (line) => lines.push(line)).close()
  assert.deepEqual(lines, written)
})

test('appends that come together share a sync, and are done in their order', async (t) => {
  const log = DurableFile.open(path.join(temporary_folder(t), 'log'), () => {})
  const done = []
  await Promise.all(
    Array.from(
      { length: 1000 },
      (_, i) =>
        new Promise((resolve) => {
          log.append(`${i}`, () => resolve(done.push(i)))
        }),
    ),
  )
  assert.deepEqual(
    done,
    Array.from({ length: 1000 }, (_, i) => i),
  )
  assert.ok(log.syncs < 10, `${log.syncs} syncs`)
  await log.close()
})

test('a process stopped by SIGTERM ends with 0, and --help ends with 0', async (t) => {
  const { child } = await spawn_cloud(t, temporary_folder(t), '--tls')
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [0, null])
  const help = spawn(process.execPath, [MAIN, '--help'])
  const [text] = await once(help.stdout, 'data')
  assert.match(text.toString(), /POST \/practice\/fault/)
})

test('throughput of 20,000 events of about 1 KB is reported, not asserted', async (t) => {
  const cloud = await spawn_cloud(t, temporary_folder(t))
  const identity = await enroll(cloud.base_url, cloud.code)
  const count = 20000
  const relay = await connect_live(identity, { hello: { stream: { next_seq: count + 1 } } })
  const body = JSON.stringify({ event: 'new ticket logged', message: 'x'.repeat(1000) })
  const frames = Array.from({ length: count }, (_, i) =>
    JSON.stringify(make_event(identity, i + 1, { body })),
  )
  const seconds = await relay_all(relay, frames)
  const { violations, unique, syncs } = await get(`${cloud.control_url}/practice/status`)
  t.diagnostic(`${Math.round(count / seconds)} events/s, ${syncs} syncs`)
  assert.deepEqual([violations, unique], [0, count])
})

function relay_all(relay, frames) {
  const { events } = relay.welcome.window
  const started = performance.now()
  let sent = 0
  return new Promise((resolve) => {
    const send_up_to = (limit) => {
      while (sent < frames.length && sent < limit) relay.send(frames[sent++])
    }
    relay.ws.on('message', (data) => {
      const { t, upto } = JSON.parse(data)
      if (t !== 'ack') return
      if (upto === frames.length) resolve((performance.now() - started) / 1000)
      send_up_to(upto + events)
    })
    send_up_to(events)
  })
}
