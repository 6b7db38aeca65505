// So many calls in any five minutes, for the whole instance; then 429.
export class RateLimit {
  #instance
  #calls = [] // their times

  constructor(instance) {
    this.#instance = instance
  }

  // Counts a call; whether it is still allowed.
  take() {
    const { behaviour, clock } = this.#instance
    const now = clock.now()
    const begin = now - behaviour.rate_window_s * 1000
    this.#calls = this.#calls.filter((at) => at > begin)
    if (behaviour.rate_limit > 0 && this.#calls.length >= behaviour.rate_limit) return false
    this.#calls.push(now)
    return true
  }
}
