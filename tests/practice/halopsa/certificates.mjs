// Certificates that were uploaded: opened as HaloPSA's Windows would, so that webhooks can sign with them.
import { halo_time } from './clock.mjs'
import { open_pfx } from './pfx.mjs'

export class Certificates {
  #instance

  constructor(instance) {
    this.#instance = instance
  }

  // Makes a row, or puts another PFX into one. Throws where the PFX cannot be opened.
  async save({ id, name = '', new_password = '', attachment_name = '', attachment_id = 0 }, pfx) {
    const legacy_only = this.#instance.behaviour.windows === '2016'
    const opened = pfx ? await open_pfx(pfx, new_password, { legacy_only }) : null
    const { certificates, clock } = this.#instance
    const row = (id && certificates.get(id)) || certificates.add({ name })
    if (name) row.name = name
    if (opened) Object.assign(row, { opened, attachment_name, attachment_id })
    row.datecreated ??= halo_time(clock.now())
    return row
  }

  // What a webhook signs with, or null.
  key_of(webhook) {
    return this.#instance.certificates.get(webhook.certificate_id)?.opened?.key ?? null
  }
}
