// The faults that are switched on now. Sessions and the listener ask; the control interface sets.
// Faults that happen at once (close, reset, garbage, …) are not state, and live in session_faults.mjs.
export class Faults {
  constructor() {
    this.clear()
  }

  clear() {
    this.acks = { on: true, delay_ms: 0 }
    this.mute = false // neither ping nor pong
    this.stage = null // black hole: "before_tls", "before_upgrade" or "before_welcome"
    this.refusals = { connect: null, batch: null, enroll: null, version: null }
    this.nacks = []
    this.clock_offset_ms = 0
    this.tab_answer = { ok: true } // what a button of the tab is answered with
  }

  set_black_hole(stage) {
    if (![null, 'before_tls', 'before_upgrade', 'before_welcome'].includes(stage))
      throw new Error(`no stage ${stage}`)
    this.stage = stage
  }

  // `what`: "connect" (by either transport), "batch", "enroll" or "version". `count` null: until cleared.
  refuse(what, refusal, count = null) {
    this.refusals[what] = { ...refusal, left: count ?? Infinity }
  }

  // The refusal that applies now, if any; counts it.
  take_refusal(what) {
    const refusal = this.refusals[what]
    if (!refusal || refusal.left === 0) return null
    refusal.left -= 1
    return refusal
  }

  // `seq` null: the next that comes; `every` n: each n-th seq. `times` null: for ever.
  add_nack({ seq = null, every = null, times = 1, final = false, retry_ms = 100, code, text }) {
    this.nacks.push({
      seq,
      every,
      left: times ?? Infinity,
      code: code ?? (final ? 'rejected' : 'busy'),
      text: text ?? 'refused by the practice cloud',
      ...(final ? { final: true } : { retry_ms }),
    })
  }

  // The members of the nack that this seq gets, or null; counts it.
  take_nack(seq) {
    const rule = this.nacks.find(
      (nack) =>
        nack.left > 0 && (nack.every ? seq % nack.every === 0 : nack.seq === null || nack.seq === seq),
    )
    if (!rule) return null
    rule.left -= 1
    const { every, left, ...members } = rule
    return { ...members, seq }
  }

  describe() {
    const active = Object.entries(this.refusals).filter(([, refusal]) => refusal && refusal.left > 0)
    return {
      acks: this.acks,
      mute: this.mute,
      black_hole: this.stage,
      refusing: active.map(([what]) => what),
      nacks: this.nacks.filter(({ left }) => left > 0).length,
      clock_offset_ms: this.clock_offset_ms,
    }
  }
}
