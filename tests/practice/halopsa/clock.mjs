// The practice HaloPSA's own clock: the real one, moved forward by tests that cannot wait a month.
export class PracticeClock {
  #moved_ms = 0

  now() {
    return Date.now() + this.#moved_ms
  }

  advance(ms) {
    this.#moved_ms += ms
  }
}

// The end of time as HaloPSA writes "never": a date before there were computers.
export const NEVER = '1900-01-01T00:00:00'

// As .NET writes a time: seven fractional digits, of which the last four are its own affair.
export const halo_time = (ms, { zulu = true } = {}) => {
  const digits = String(Math.floor(Math.random() * 10000)).padStart(4, '0')
  return new Date(ms).toISOString().replace('Z', `${digits}${zulu ? 'Z' : ''}`)
}
