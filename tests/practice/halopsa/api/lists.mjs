// How the API answers a list: ordered, counted, in pages, plain or wrapped.
const truthy = (text) => text === 'true' || text === '1'

// `name`: of the member that holds the rows where the list is wrapped; null where it is plain.
export function answer_list(rows, query, { name, form }) {
  const ordered = order(rows, query)
  const total = ordered.length
  const page = page_of(ordered, query)
  const wrapped = form === 'wrapped' || (form === 'documented' && name !== null)
  if (!wrapped) return page
  const paging = truthy(query.get('pageinate'))
    ? { page_no: positive(query, 'page_no', 1), page_size: positive(query, 'page_size', 50) }
    : {}
  return { ...paging, record_count: total, [name ?? 'items']: page }
}

function order(rows, query) {
  const field = query.get('order')
  if (!field) return rows
  const sign = truthy(query.get('orderdesc')) ? -1 : 1
  // Rows that are equal in the field keep their own order.
  return [...rows].sort((a, b) => sign * compare(a[field], b[field]))
}

function compare(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [String(a ?? ''), String(b ?? '')]
  return left < right ? -1 : Number(left > right)
}

function page_of(rows, query) {
  if (truthy(query.get('pageinate'))) {
    const size = positive(query, 'page_size', 50)
    const begin = (positive(query, 'page_no', 1) - 1) * size
    return rows.slice(begin, begin + size)
  }
  return query.has('count') ? rows.slice(0, positive(query, 'count', rows.length)) : rows
}

function positive(query, name, fallback) {
  const value = Number(query.get(name))
  return Number.isInteger(value) && value > 0 ? value : fallback
}
