// What the cloud saw: the last frames of both directions, and every violation of the contract.
const FRAMES_KEPT = 5000
const TEXT_KEPT = 4096
const VIOLATIONS_KEPT = 10000

export class Recorder {
  #frames = []
  #next = 0
  violations = []
  violation_count = 0
  counts = {}

  // `bytes` is a Buffer or a string; it is made readable only when somebody asks.
  frame(direction, t, bytes, at) {
    const name = `${direction}:${t}`
    this.counts[name] = (this.counts[name] ?? 0) + 1
    this.#frames[this.#next % FRAMES_KEPT] = { direction, bytes, at }
    this.#next += 1
  }

  violation(kind, text, context = {}) {
    this.violation_count += 1
    if (this.violations.length < VIOLATIONS_KEPT) {
      this.violations.push({ at: new Date().toISOString(), kind, text, ...context })
    }
  }

  last_frames(count) {
    const kept = Math.min(this.#next, FRAMES_KEPT, count)
    return Array.from({ length: kept }, (_, i) => {
      const { direction, bytes, at } = this.#frames[(this.#next - kept + i) % FRAMES_KEPT]
      return { direction, at: new Date(at).toISOString(), text: bytes.toString('utf8').slice(0, TEXT_KEPT) }
    })
  }
}
