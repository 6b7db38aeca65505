// What is known while Mizo has said nothing yet, or no longer. Pure.
import type { View } from './api';

export type Waiting = 'unheard' | 'link_down' | 'on_its_way' | 'at_mizo' | 'given_up' | 'out_of_scope';

export function waitingFor(view: View): { for: Waiting; since: string | null } {
  const newest = view.events[0];
  if (newest === undefined) return { for: view.link.live ? 'unheard' : 'link_down', since: null };
  switch (newest.state) {
    case 'acked':
      return { for: 'at_mizo', since: newest.acked_at };
    case 'dead':
      return { for: 'given_up', since: newest.received_at };
    case 'unscoped':
      return { for: 'out_of_scope', since: newest.received_at };
    case 'queued':
      return { for: view.link.live ? 'on_its_way' : 'link_down', since: newest.received_at };
  }
}
