// Which page is about what a message says, by the code's beginning; the longest that fits decides. Pure.
const pages: Record<string, { path: string; nav: NavName }> = {
  halo_: { path: '/halopsa', nav: 'halopsa' },
  check_: { path: '/guide', nav: 'guide' },
  webhook_: { path: '/guide?section=4', nav: 'guide' },
  halopsa_: { path: '/guide?section=4', nav: 'guide' },
  certificate_: { path: '/certificates', nav: 'certificates' },
  verify_: { path: '/certificates', nav: 'certificates' },
  rejected_: { path: '/deliveries?q=outcome:rejected', nav: 'deliveries' },
  mizo_dead_letters: { path: '/deliveries?q=state:dead', nav: 'deliveries' },
  queue_: { path: '/deliveries?q=state:queued', nav: 'deliveries' },
  mizo_: { path: '/link', nav: 'link' },
  link_: { path: '/link', nav: 'link' },
  clock_: { path: '/link', nav: 'link' },
  reconcile_: { path: '/ledger', nav: 'ledger' },
  poll_: { path: '/ledger', nav: 'ledger' },
  agent_: { path: '/agent', nav: 'agent' },
  disk_: { path: '/maintenance', nav: 'maintenance' },
  store_: { path: '/maintenance', nav: 'maintenance' },
};

export type NavName =
  | 'overview'
  | 'deliveries'
  | 'ledger'
  | 'alerts'
  | 'guide'
  | 'halopsa'
  | 'webhook'
  | 'certificates'
  | 'scope'
  | 'agent'
  | 'link'
  | 'settings'
  | 'log'
  | 'maintenance';

export function pageOf(code: string | null): { path: string; nav: NavName } | null {
  const beginnings = Object.keys(pages).filter(beginning => code?.startsWith(beginning));
  const [longest] = beginnings.sort((a, b) => b.length - a.length);
  return longest === undefined ? null : (pages[longest] ?? null);
}
