// Waits for a condition, with a deadline: the one way in which these tests wait.
const POLL_MS = 3

export async function until(
  condition,
  { timeout_ms = 10000, poll_ms = POLL_MS, what = condition.toString() } = {},
) {
  const deadline = performance.now() + timeout_ms
  for (;;) {
    const value = await condition()
    if (value) return value
    if (performance.now() > deadline) throw new Error(`not within ${timeout_ms} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, poll_ms))
  }
}
