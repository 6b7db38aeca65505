// One table of the practice HaloPSA's database: rows by their id, in the order in which they were made.
import { randomUUID } from 'node:crypto'

export class Table {
  #rows = new Map()
  #next
  #guids

  constructor({ first_id = 1, guids = false } = {}) {
    this.#next = first_id
    this.#guids = guids
  }

  // Gives the row an id unless it has one.
  add(row) {
    const id = row.id ?? (this.#guids ? randomUUID() : this.#next)
    if (!this.#guids) this.#next = Math.max(this.#next, id + 1)
    const made = { ...row, id }
    this.#rows.set(id, made)
    return made
  }

  // Lists a row that others hold already: the very object, not a copy.
  put(row) {
    this.#rows.set(row.id, row)
    return row
  }

  get(id) {
    return this.#rows.get(this.#guids ? String(id) : Number(id))
  }

  find(matches) {
    return this.all().find(matches)
  }

  all() {
    return [...this.#rows.values()]
  }

  remove(id) {
    const row = this.get(id)
    if (row) this.#rows.delete(row.id)
    return row
  }
}
