// The durable log: the file and the ledger that is its sum.
import { createHash } from 'node:crypto'
import path from 'node:path'
import { DurableFile } from './durable_file.mjs'
import { Ledger } from './ledger.mjs'

export class EventLog {
  #file
  #keep_frames
  #on_problem

  // `bodies`: "full" keeps each frame as it came, "digest" only its hash (for long load runs).
  constructor({ folder, bodies = 'full', on_problem = () => {} }) {
    this.ledger = new Ledger()
    this.#keep_frames = bodies === 'full'
    this.#on_problem = on_problem
    this.#file = DurableFile.open(path.join(folder, 'log.ndjson'), (line) =>
      this.ledger.apply(JSON.parse(line)),
    )
  }

  // Stores one event; `done` is called when it is on the disk.
  append_event({ relay, epoch, frame, text, at }, done) {
    const { seq, attempt, event } = frame
    const body = Buffer.from(event.data_base64, 'base64')
    const record = {
      r: 'event',
      relay,
      epoch,
      seq,
      attempt,
      id: event.id,
      sha256: createHash('sha256').update(body).digest('hex'),
      bytes: body.length,
      receivedat: event.receivedat,
      batchindex: event.batchindex,
      dedupkey: event.dedupkey,
      at,
    }
    this.#append(record, this.#keep_frames ? with_frame(record, frame, text) : JSON.stringify(record), done)
  }

  append(record, done) {
    this.#append(record, JSON.stringify(record), done)
  }

  after_appends(done) {
    this.#file.after_appends(done)
  }

  #append(record, line, done) {
    this.#file.append(line, () => {
      for (const problem of this.ledger.apply(record)) this.#on_problem(record, problem)
      done?.()
    })
  }

  get syncs() {
    return this.#file.syncs
  }

  close() {
    return this.#file.close()
  }
}

// The frame goes in byte for byte, unless it has line ends between its tokens, which a line cannot hold.
function with_frame(record, frame, text) {
  const raw = text.includes('\n') || text.includes('\r') ? JSON.stringify(frame) : text
  return `${JSON.stringify(record).slice(0, -1)},"frame":${raw}}`
}
