// The command line beside a daemon: what it prints, and its exit code.
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { binary } from './daemon.mjs'

// `command([...words])` on the daemon of this data directory, wherever it listens.
export async function command(daemon, words) {
  const environment = { ...process.env }
  delete environment.MIZO_RELAY_BINARY // no setting of the daemon, and it refuses what it does not know
  const child = spawn(binary, [...words, '--data-dir', daemon.data_dir], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise((resolve, reject) => child.on('close', resolve).on('error', reject))
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  return { code, out, err }
}
