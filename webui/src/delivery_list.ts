// The rows of the deliveries page: pages appended below, live arrivals merged above. Pure.
import type { Delivery } from './schema';
import { matches } from './search';
import type { Query } from './search';

export interface DeliveryList {
  items: Delivery[];
  cursor: string | null;
  // Ids of those that came while the list was shown.
  arrived: ReadonlySet<string>;
}

export const emptyList: DeliveryList = { items: [], cursor: null, arrived: new Set() };

// A page left open for days must not grow without end; older rows are a press on "Load more" away.
export const rowsMax = 2000;
const cutCursor = 'cut';

// Puts a delivery in its place: over its older self, or at the top if it is new and fits the search.
export function merge(list: DeliveryList, delivery: Delivery, query: Query): DeliveryList {
  const known = list.items.findIndex(item => item.id === delivery.id);
  if (known >= 0) return { ...list, items: list.items.with(known, delivery) };
  if (!matches(delivery, query)) return list;
  const items = [delivery, ...list.items];
  const arrived = new Set(list.arrived).add(delivery.id);
  if (items.length <= rowsMax) return { ...list, items, arrived };
  return { items: items.slice(0, rowsMax), cursor: cutCursor, arrived };
}

export function append(
  list: DeliveryList,
  page: { items: Delivery[]; next_cursor: string | null },
): DeliveryList {
  const held = new Set(list.items.map(item => item.id));
  const fresh = page.items.filter(item => !held.has(item.id));
  return { ...list, items: [...list.items, ...fresh], cursor: page.next_cursor };
}

// Where the next page begins: at the service's cursor, or below the last row where rows were cut off.
export function nextPage(list: DeliveryList): { cursor?: string; before?: string } {
  const last = list.items.at(-1);
  if (list.cursor !== cutCursor || !last) return list.cursor === null ? {} : { cursor: list.cursor };
  // Others may have come in the same millisecond; those that are shown already are left out by their id.
  return { before: new Date(Date.parse(last.received_at) + 1).toISOString() };
}
