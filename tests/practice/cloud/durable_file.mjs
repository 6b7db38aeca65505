// An append-only file of lines, where "done" means on the disk.
// Appends that come while one fdatasync runs are written together and share the next one, so the disk's
// sync rate does not bound the rate of appends.
import fs from 'node:fs'
import { promisify } from 'node:util'

const NEWLINE = 0x0a
const READ_CHUNK = 1024 * 1024

export class DurableFile {
  #fd
  #waiting = []
  #syncing = false
  #closed = null
  syncs = 0

  constructor(fd) {
    this.#fd = fd
  }

  // Opens or makes the file, gives each whole line to `on_line`, and cuts off a last line that a crash left
  // torn.
  static open(path, on_line) {
    const fd = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600)
    const whole = read_lines(fd, on_line)
    fs.ftruncateSync(fd, whole)
    fs.closeSync(fd)
    return new DurableFile(fs.openSync(path, 'a'))
  }

  // `done` is called once the line is on the disk, in the order of the appends.
  append(line, done) {
    if (this.#closed) throw new Error('the log is closed')
    this.#waiting.push({ line, done })
    if (!this.#syncing) this.#sync()
  }

  // `done` is called once all that was appended before is on the disk.
  after_appends(done) {
    this.append(null, done)
  }

  async #sync() {
    this.#syncing = true
    // One turn of the event loop lets messages that arrived together share the first write.
    await new Promise(setImmediate)
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      const lines = batch.filter(({ line }) => line !== null).map(({ line }) => `${line}\n`)
      await write_all(this.#fd, Buffer.from(lines.join('')))
      await promisify(fs.fdatasync)(this.#fd)
      this.syncs += 1
      for (const { done } of batch) done?.()
    }
    this.#syncing = false
    this.#closed?.()
  }

  async close() {
    if (this.#closed) return
    await new Promise((resolve) => {
      this.#closed = resolve
      if (!this.#syncing) resolve()
    })
    fs.closeSync(this.#fd)
  }
}

async function write_all(fd, bytes) {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await promisify(fs.write)(fd, bytes, at)
    at += bytesWritten
  }
}

// Gives how many bytes the whole lines take.
function read_lines(fd, on_line) {
  const chunk = Buffer.allocUnsafe(READ_CHUNK)
  let rest = Buffer.alloc(0)
  let whole = 0
  for (let size; (size = fs.readSync(fd, chunk, 0, READ_CHUNK, null)) > 0;) {
    const bytes = Buffer.concat([rest, chunk.subarray(0, size)])
    let start = 0
    for (let end; (end = bytes.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
      on_line(bytes.toString('utf8', start, end))
    }
    whole += start
    rest = bytes.subarray(start)
  }
  return whole
}
