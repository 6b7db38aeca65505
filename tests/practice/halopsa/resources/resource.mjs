// An endpoint of the API, as the router serves it. One endpoint is
//   {name, wrapped?, list(context), get?(context, id), save?(context, item), remove?(context, id)}
// `wrapped` names the member that holds the rows of its list. The context is {instance, desk, query, caller,
// agent_id, ...}.
import { ApiError } from '../api/errors.mjs'

export function found(row, what) {
  if (!row) throw new ApiError(404, `No ${what} with this ID was found`)
  return row
}

export const is_set = (query, name) => ['true', '1'].includes(query.get(name))

// Creates, or changes what is given; `fields`: what may be set, each with its default.
export function save_row(table, item, fields, what) {
  const given = Object.fromEntries(
    Object.keys(fields)
      .filter((name) => name in item)
      .map((name) => [name, item[name]]),
  )
  if (item.id === undefined || item.id === null) return table.add({ ...fields, ...given })
  return Object.assign(found(table.get(item.id), what), given)
}

// Rows that are only read and kept: a plain table.
export function simple_resource(name, table_of, { wrapped } = {}) {
  const what = name.toLowerCase()
  return {
    name,
    wrapped,
    list: ({ instance }) => table_of(instance).all(),
    get: ({ instance }, id) => found(table_of(instance).get(id), what),
    save: ({ instance }, item) =>
      item.id
        ? Object.assign(found(table_of(instance).get(item.id), what), item)
        : table_of(instance).add(item),
    remove: ({ instance }, id) => found(table_of(instance).remove(id), what),
  }
}
