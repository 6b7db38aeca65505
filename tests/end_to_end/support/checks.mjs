// The checks of the setup guide, waited for: whoever counts or spoils calls of HaloPSA's API waits until they
// are idle.
export const idle = (world) =>
  world.admin_until(
    async () => {
      const checks = await world.admin.get('/checks')
      return !checks.running && checks.ran_at && checks
    },
    { what: 'the checks have been run', timeout_ms: 45_000 },
  )

// Everything is looked at once more, from now on.
export async function looked(world) {
  const before = await idle(world)
  await world.admin.post('/checks/run')
  return world.admin_until(
    async () => {
      const checks = await idle(world)
      return checks.ran_at > before.ran_at && checks
    },
    { what: 'the checks have been run again', timeout_ms: 45_000 },
  )
}

// Mending waits while the checks are run, which a change of the settings brings about.
export async function mend(world, path, body = {}) {
  for (;;) {
    await idle(world)
    try {
      return await world.admin.post(path, body)
    } catch (error) {
      if (error.code !== 'checks_running') throw error
    }
  }
}
