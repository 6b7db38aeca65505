// Line icons on a grid of 20, drawn for this page. They repeat what a text says, so screen readers skip them.
const paths = {
  overview: 'M2.5 10h3l2-5 4 10 2.2-5h3.8',
  deliveries: 'M3 5h14M3 10h14M3 15h9',
  certificates: 'M10 3l5.5 2v4.5c0 3.6-2.3 6-5.5 7.5-3.2-1.5-5.5-3.9-5.5-7.5V5zM7.6 9.8l1.7 1.7 3.2-3.4',
  webhook: 'M3 10h9M8.5 6l4 4-4 4M16.5 4v12',
  link: 'M8.5 11.5l3-3M7 9L4.9 11.1a2.8 2.8 0 0 0 4 4L11 13M13 11l2.1-2.1a2.8 2.8 0 0 0-4-4L9 7',
  halopsa: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM7.2 7v6M12.8 7v6M7.2 10h5.6',
  settings: 'M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4',
  log: 'M4 4.5h12v11H4zM6.5 8l2 2-2 2M10.5 12.5h3',
  maintenance: 'M3.5 6.5h13M3.5 6.5v9h13v-9M3.5 6.5l2-3h9l2 3M8 10h4',
  copy: 'M7 7V4h9v9h-3M4 7h9v9H4z',
  check: 'M4.5 10.5l3.5 3.5 7.5-8',
  alert: 'M10 3.5l7 12.5H3zM10 8.5v3.2M10 13.8v.2',
  info: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 9v4.5M10 6.5v.2',
  close: 'M5 5l10 10M15 5L5 15',
  menu: 'M3 6h14M3 10h14M3 14h14',
  search: 'M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zM12.8 12.8L16.5 16.5',
  download: 'M10 3.5v9M6.5 9l3.5 3.5L13.5 9M4 16.5h12',
  refresh: 'M16 8a6.3 6.3 0 1 0 .3 4M16.2 3.8V8H12',
  chevron: 'M8 5l5 5-5 5',
  lock: 'M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9',
  send: 'M3.5 10L16.5 4l-4 12-3-5zM9.5 11l7-7',
  plus: 'M10 4v12M4 10h12',
  clock: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4.2l2.8 1.6',
  external: 'M8 5H5v10h10v-3M11 4h5v5M16 4l-7 7',
  guide: 'M4 4h12v12H4zM7 8l1.2 1.2L10.5 7M7 12.5l1.2 1.2 2.3-2.2M12.5 8.2h1.5M12.5 12.7h1.5',
  scope: 'M3.5 5h13l-5 6v5l-3-1.5V11z',
  agent: 'M6 8h8v7H6zM10 8V5M10 4.2v.3M3.5 10.5v3M16.5 10.5v3M8.4 11v.6M11.6 11v.6',
  ledger: 'M5 3.5h10v13H5zM7.5 7h5M7.5 10h5M7.5 13h3',
  alerts: 'M5 13.5c1-1 1-2.5 1-4a4 4 0 0 1 8 0c0 1.5 0 3 1 4zM8.5 16h3M10 5.5v-2',
  ticket: 'M3 6h14v2.5a1.5 1.5 0 0 0 0 3V14H3v-2.5a1.5 1.5 0 0 0 0-3zM12 6.5v7',
  back: 'M12 5l-5 5 5 5',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
