// What the cloud knows of each stream: how far it is stored, and each arrival of each event.
// The ledger is nothing but the sum of the records of the log: a restart reads them again, in order.
//
// Records (one JSON object a line):
//   {"r":"event","relay","epoch","seq","attempt","id","sha256","bytes","receivedat","at","frame"?}
//   {"r":"skip"|"dead","relay","epoch","seq","reason","at"}    dead letters: named by the relay, by the cloud
//   {"r":"gap","relay","epoch","from_seq","first_seq","at"}
//   {"r":"forget","relay","epoch"|null,"durable_seq","at"}     a fault: the cloud lost data
export class Ledger {
  #relays = new Map()
  #by_id = new Map()
  arrivals = []
  dead_letters = []

  // Takes one record in; gives the sentences that say which promise it breaks.
  apply(record) {
    const problems = []
    switch (record.r) {
      case 'event':
        this.#check_and_add_arrival(record, problems)
        this.#advance(record)
        break
      case 'skip':
      case 'dead':
        this.dead_letters.push(record)
        this.#advance(record)
        break
      case 'gap':
        this.#stream(record.relay, record.epoch).durable_seq = record.first_seq - 1
        break
      case 'forget':
        this.#forget(record)
        break
      default:
        throw new Error(`the log holds a record of unknown kind ${record.r}`)
    }
    return problems
  }

  // What `welcome` says: the stream of that epoch; else what is known of another; else null.
  resume(relay, epoch) {
    const streams = this.#relays.get(relay)
    if (!streams || streams.size === 0) return null
    const known = streams.has(epoch) ? epoch : [...streams.keys()].at(-1)
    return { epoch: known, durable_seq: streams.get(known).durable_seq }
  }

  streams() {
    return [...this.#relays].flatMap(([relay, streams]) =>
      [...streams].map(([epoch, { durable_seq }]) => ({ relay, epoch, durable_seq })),
    )
  }

  // One entry for each event id, as the effect after de-duplication: the first arrival, and how many there
  // were.
  unique_count() {
    return this.#by_id.size
  }

  arrivals_of(id) {
    return this.#by_id.get(id)?.arrivals ?? 0
  }

  #stream(relay, epoch) {
    if (!this.#relays.has(relay)) this.#relays.set(relay, new Map())
    const streams = this.#relays.get(relay)
    if (!streams.has(epoch)) streams.set(epoch, { durable_seq: null, ids: new Map() })
    return streams.get(epoch)
  }

  #advance({ relay, epoch, seq }) {
    const stream = this.#stream(relay, epoch)
    if (stream.durable_seq === null || seq === stream.durable_seq + 1) stream.durable_seq = seq
  }

  #check_and_add_arrival(record, problems) {
    const { relay, epoch, seq, id, sha256 } = record
    const stream = this.#stream(relay, epoch)
    const id_before = stream.ids.get(seq)
    if (id_before !== undefined && id_before !== id)
      problems.push(`seq ${seq} was ${id_before}, and is now ${id}`)
    stream.ids.set(seq, id)

    const known = this.#by_id.get(id)
    if (!known) {
      this.#by_id.set(id, { epoch, seq, sha256, arrivals: 1 })
    } else {
      known.arrivals += 1
      if (known.sha256 !== sha256) problems.push(`the bytes of ${id} changed`)
      if (known.epoch === epoch && known.seq !== seq)
        problems.push(`${id} was seq ${known.seq}, and is now ${seq}`)
    }
    const { r, frame, ...arrival } = record
    this.arrivals.push({ ...arrival, duplicate: known !== undefined })
  }

  #forget({ relay, epoch, durable_seq }) {
    const streams = this.#relays.get(relay) ?? new Map()
    const kept = streams.get(epoch)
    streams.clear()
    if (epoch !== null) streams.set(epoch, { durable_seq, ids: kept?.ids ?? new Map() })
    this.#relays.set(relay, streams)
  }
}
