// The ways through the page, by whom they concern.
import { t } from '../i18n';
import { status } from '../live';
import { Icon } from './icons';

const groups = [
  { name: 'watch', entries: ['overview', 'deliveries', 'ledger', 'alerts'] },
  { name: 'halo', entries: ['guide', 'halopsa', 'webhook', 'certificates', 'scope', 'agent'] },
  { name: 'mizo', entries: ['link'] },
  { name: 'service', entries: ['settings', 'log', 'maintenance'] },
] as const;

type Entry = (typeof groups)[number]['entries'][number];

const pathOf = (entry: Entry): string => (entry === 'overview' ? '/' : `/${entry}`);

function Item({ entry, path }: { entry: Entry; path: string }) {
  const own = pathOf(entry);
  const current = own === '/' ? path === '/' : path.startsWith(own);
  const troubled = status.value?.strip.some(stage => stage.ok === false) ?? false;
  return (
    <li>
      <a href={own} aria-current={current ? 'page' : undefined}>
        <Icon name={entry} />
        {t.value.nav[entry]}
        {entry === 'overview' && troubled && (
          <span class="nav-alert">
            <span class="visually-hidden">{t.value.strip.attention}</span>
          </span>
        )}
      </a>
    </li>
  );
}

export function Navigation({ path }: { path: string }) {
  return (
    <nav aria-label={t.value.app.navigation}>
      {groups.map(group => (
        <section key={group.name} aria-label={t.value.nav.groups[group.name]}>
          <p class="nav-group" aria-hidden="true">
            {t.value.nav.groups[group.name]}
          </p>
          <ul>
            {group.entries.map(entry => (
              <Item key={entry} entry={entry} path={path} />
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
