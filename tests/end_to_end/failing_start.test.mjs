// A daemon that cannot start says why and ends, so that whoever started it can tell, and try again.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, it } from 'node:test'
import { Daemon } from './support/daemon.mjs'

const ENDS_WITHIN_MS = 20_000 // making the listener's keys takes long on a machine that is busy

async function ends(daemon) {
  const late = new AbortController()
  const end = await Promise.race([
    daemon.ended,
    delay(ENDS_WITHIN_MS, { code: 'still there' }, { signal: late.signal }),
  ])
  late.abort()
  return end.code
}

async function within(settings, test) {
  const daemon = new Daemon({ settings })
  try {
    await test(daemon)
  } finally {
    await daemon.discard()
  }
}

async function taken_port(test) {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  try {
    await test(other.address().port)
  } finally {
    other.close()
  }
}

describe('a start that fails', () => {
  for (const key of ['admin.listen', 'webhook.listen'])
    it(`for the port of ${key} is taken ends with exit code 1 and one sentence that names it`, () =>
      taken_port((port) =>
        within({ [key]: `127.0.0.1:${port}` }, async (daemon) => {
          daemon.spawn()
          assert.equal(await ends(daemon), 1)
          const said = daemon.log.filter((line) => line.includes(`Cannot listen on 127.0.0.1:${port}`))
          assert.equal(said.length, 1)
        }),
      ))

  it('for the store fails after the listeners are open ends with exit code 1, and says why', () =>
    within({}, async (daemon) => {
      await daemon.start()
      assert.equal((await daemon.stop()).code, 0)
      execFileSync('sqlite3', [join(daemon.data_dir, 'relay.db'), 'DROP TABLE checks'])
      daemon.spawn()
      assert.equal(await ends(daemon), 1)
      assert.ok(daemon.log_has(/cannot go on.*checks/))
    }))
})
