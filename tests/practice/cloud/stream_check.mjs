// Does the relay keep to order and window? Pure: sequence numbers and byte counts go in, verdicts come out.
// It is fair: it counts against the relay only what the relay could know. An ack on its way makes the cloud's
// count of what is in flight smaller than the relay's, never larger; and a window that was made smaller is
// held against the relay only from `window_confirmed()` on, when a pong has shown that the relay has read it.
export class StreamCheck {
  #expected
  #acked
  #window
  #unacked = [] // {seq, total}: running byte total at each event that is not acked yet
  #total = 0
  #total_acked = 0
  #held_window // what is held against the relay: the widest window that it may still believe in
  #step_back_to = null

  // `expected`: the seq that must come first.
  constructor({ expected, window }) {
    this.#expected = expected
    this.#acked = expected - 1
    this.#window = window
    this.#held_window = window
  }

  get expected() {
    return this.#step_back_to ?? this.#expected
  }

  // Gives `{take, violation}`: whether the cloud stores the event, and what the relay did wrong, if anything.
  on_event(seq, bytes) {
    const place = this.#on_place(seq)
    if (!place.take) return place
    this.#total += bytes
    const alone = seq === this.#acked + 1
    this.#unacked.push({ seq, total: this.#total })
    const bytes_in_flight = this.#total - this.#total_acked
    if (seq > this.#last_seq_allowed()) {
      return { take: true, violation: `window_events: seq ${seq} beyond ${this.#last_seq_allowed()}` }
    }
    if (bytes_in_flight > this.#held_window.bytes && !alone) {
      return { take: true, violation: `window_bytes: ${bytes_in_flight} bytes in flight at seq ${seq}` }
    }
    return { take: true }
  }

  on_skip(seq) {
    return this.#on_place(seq)
  }

  on_gap(from_seq, first_seq) {
    if (from_seq !== this.expected)
      return { take: false, violation: `order: gap from ${from_seq}, expected ${this.expected}` }
    if (first_seq <= from_seq)
      return { take: false, violation: `order: gap from ${from_seq} goes to ${first_seq}` }
    this.#resume_at(first_seq)
    return { take: true }
  }

  on_ack_sent(upto) {
    if (upto <= this.#acked) return
    this.#acked = upto
    let passed = 0
    while (passed < this.#unacked.length && this.#unacked[passed].seq <= upto) passed += 1
    if (passed === 0) return
    this.#total_acked = this.#unacked[passed - 1].total
    this.#unacked.splice(0, passed)
  }

  on_window_sent(window) {
    this.#window = window
    this.#held_window = {
      events: Math.max(window.events, this.#held_window.events),
      bytes: Math.max(window.bytes, this.#held_window.bytes),
    }
  }

  window_confirmed() {
    this.#held_window = this.#window
  }

  // After a nack with retry_ms, or a rewind: nothing is taken until `seq` comes again.
  step_back(seq) {
    this.#step_back_to = seq
  }

  #on_place(seq) {
    if (this.#step_back_to !== null) {
      if (seq !== this.#step_back_to) return this.#in_flight_before_step_back(seq)
      this.#resume_at(seq)
    }
    if (seq !== this.#expected)
      return { take: false, violation: `order: seq ${seq}, expected ${this.#expected}` }
    this.#expected += 1
    return { take: true }
  }

  // What was sent before the relay read the nack or rewind may still come, as the old order has it.
  #in_flight_before_step_back(seq) {
    if (seq !== this.#expected || seq > this.#last_seq_allowed()) {
      return { take: false, violation: `order: seq ${seq}, expected ${this.#step_back_to} after a step back` }
    }
    this.#expected += 1
    return { take: false }
  }

  #resume_at(seq) {
    this.#step_back_to = null
    this.#expected = seq
    this.#acked = seq - 1
    this.#unacked = []
    this.#total_acked = this.#total
  }

  #last_seq_allowed() {
    return this.#acked + this.#held_window.events
  }
}
