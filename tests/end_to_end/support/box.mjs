// Worlds whose cloud is reached through a box that strips the WebSocket upgrade, so that the link goes by
// batches.
import { StrippingProxy } from './proxy.mjs'
import { World } from './world.mjs'

// `box`: more options of the box. `url`: where the relay takes the cloud to be, where that is not the box
// itself. The rest: as World.start takes it.
export async function within_box({ upgrade, box: of_box = {}, url, ...options }, test) {
  let box
  try {
    await World.within({ ...options, enroll: false }, async (world) => {
      box = await new StrippingProxy({ to: () => world.cloud.port, upgrade, ...of_box }).start()
      await world.enroll(url ? await url(world, box) : box.url)
      await test(world, box)
    })
  } finally {
    await box?.close()
  }
}

export const on_batches = (world) =>
  world.link_is(({ state, transport }) => state === 'live' && transport === 'batches', { timeout_ms: 15_000 })
