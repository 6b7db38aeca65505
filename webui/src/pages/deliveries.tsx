// The list of deliveries: searched by a text that stands in the address, growing live at the top.
import { useLocation } from 'preact-iso';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api } from '../api';
import type { ApiError } from '../api';
import { append, emptyList, merge, nextPage } from '../delivery_list';
import type { DeliveryList } from '../delivery_list';
import { show, t } from '../i18n';
import { now, subscribe, subscribeBatched } from '../live';
import type { Delivery } from '../schema';
import { parseQuery, toParams } from '../search';
import type { Query } from '../search';
import { Badge, Button } from '../ui/controls';
import { Empty, Failure, Loading, Time } from '../ui/feedback';
import { asApiError, useTitle } from '../ui/hooks';
import { outcomeTone, stateTone } from '../ui/tones';
import { ExportDialog, ReplayDialog } from './deliveries_bulk';
import { Filters, SearchBox } from './deliveries_search';

const pageSize = 50;

interface State extends DeliveryList {
  loading: boolean;
  failure: ApiError | null;
}

const emptyState: State = { ...emptyList, loading: true, failure: null };

function useDeliveries(query: Query, key: string) {
  const [list, setList] = useState<State>(emptyState);
  const turn = useRef(0);
  const load = useCallback(
    (after: DeliveryList | null) => {
      const mine = (turn.current += 1);
      setList(previous => (after === null ? emptyState : { ...previous, loading: true, failure: null }));
      api
        .deliveries({ ...toParams(query), limit: pageSize, ...(after ? nextPage(after) : {}) })
        .then(page => {
          if (mine !== turn.current) return;
          setList(previous => ({ ...append(previous, page), loading: false, failure: null }));
        })
        .catch((reason: unknown) => {
          if (mine === turn.current)
            setList(previous => ({ ...previous, loading: false, failure: asApiError(reason) }));
        });
    },
    [key],
  );
  useEffect(() => {
    load(null);
  }, [load]);
  useEffect(
    () =>
      subscribeBatched('delivery', arrivals =>
        setList(previous =>
          arrivals.reduce((list, delivery) => ({ ...list, ...merge(list, delivery, query) }), previous),
        ),
      ),
    [key],
  );
  useEffect(() => subscribe('reset', () => load(null)), [load]);
  return { list, more: () => load(list), reload: () => load(null) };
}

const addressOf = (text: string): string =>
  `/deliveries${text ? `?q=${encodeURIComponent(text).replaceAll('%3A', ':')}` : ''}`;

function kindsOf(delivery: Delivery): string {
  if (delivery.event_kinds.length === 0) return delivery.event_text ?? '–';
  return delivery.event_kinds.map(kind => t.value.kinds[kind]).join(', ');
}

function Row({ delivery, fresh }: { delivery: Delivery; fresh: boolean }) {
  const words = t.value.deliveries;
  const name = delivery.title ?? (delivery.ticket === null ? words.noTicket : '');
  return (
    <tr class={fresh ? 'fresh' : ''}>
      <td class="cell-time">
        <Time at={delivery.received_at} as="list" />
      </td>
      <td class="cell-outcome">
        <Badge tone={outcomeTone[delivery.outcome]}>{t.value.outcomes[delivery.outcome]}</Badge>
      </td>
      <td class="cell-ticket">
        <a
          class="row-link"
          href={`/deliveries/${delivery.id}`}
          aria-label={words.openOne(`${delivery.ticket ? `#${delivery.ticket}` : ''} ${name}`)}
        >
          {delivery.ticket !== null && <span class="ticket">#{delivery.ticket}</span>}{' '}
          <span class={delivery.title ? '' : 'muted'}>{name}</span>
        </a>
      </td>
      <td class="cell-event">
        {kindsOf(delivery)}
        {delivery.events > 1 && <span class="muted"> · {words.events(delivery.events)}</span>}
      </td>
      <td class="cell-state">
        {delivery.state && <Badge tone={stateTone[delivery.state]}>{t.value.states[delivery.state]}</Badge>}
      </td>
      <td class="cell-latency number">
        {delivery.latency_ms === null ? '' : show.duration(delivery.latency_ms)}
      </td>
      <td class="cell-from muted">{delivery.remote}</td>
    </tr>
  );
}

function Table({ list }: { list: DeliveryList }) {
  const words = t.value.deliveries;
  return (
    <table class="deliveries">
      <caption class="visually-hidden">
        {words.title}. {words.live}
      </caption>
      <thead>
        <tr>
          <th>{words.received}</th>
          <th>{t.value.delivery.outcome}</th>
          <th>{words.ticket}</th>
          <th>{words.event}</th>
          <th>{words.state}</th>
          <th class="number">{words.latency}</th>
          <th>{words.from}</th>
        </tr>
      </thead>
      <tbody>
        {list.items.map(item => (
          <Row key={item.id} delivery={item} fresh={list.arrived.has(item.id)} />
        ))}
      </tbody>
    </table>
  );
}

function NoRows({ searching, onClear }: { searching: boolean; onClear: () => void }) {
  const words = t.value.deliveries;
  return searching ? (
    <Empty icon="search" title={words.noMatch} next={words.noMatchNext}>
      <Button onClick={onClear}>{words.clear}</Button>
    </Empty>
  ) : (
    <Empty icon="deliveries" title={words.none} next={words.noneNext}>
      <a class="button secondary" href="/webhook">
        {words.toWebhook}
      </a>
    </Empty>
  );
}

export function DeliveriesPage() {
  const location = useLocation();
  const text = location.query['q'] ?? '';
  // "2h ago" is meant from when the search was made; it does not slide while the list is read.
  const query = useMemo(() => parseQuery(text, now.value), [text]);
  const { list, more, reload } = useDeliveries(query, text);
  const [dialog, setDialog] = useState<'replay' | 'export' | null>(null);
  const search = (next: string) => location.route(addressOf(next));
  const words = t.value.deliveries;
  useTitle(words.title);
  return (
    <div class="page">
      <div class="page-head">
        <h1 tabIndex={-1}>{words.title}</h1>
        <div class="row">
          <Button icon="download" onClick={() => setDialog('export')}>
            {words.export}
          </Button>
          <Button icon="send" onClick={() => setDialog('replay')}>
            {words.replay}
          </Button>
        </div>
      </div>
      <SearchBox text={text} refused={query.refused} onSearch={search} />
      <Filters text={text} query={query} onSearch={search} />
      {list.failure && <Failure failure={list.failure} retry={reload} />}
      <div class="card table-card">
        {list.items.length > 0 && <Table list={list} />}
        {list.items.length === 0 && list.loading && <Loading />}
        {list.items.length === 0 && !list.loading && !list.failure && (
          <NoRows searching={text !== ''} onClear={() => search('')} />
        )}
      </div>
      <div class="list-end">
        {list.cursor !== null && (
          <Button busy={list.loading} onClick={more}>
            {t.value.app.more}
          </Button>
        )}
        {list.cursor === null && !list.loading && list.items.length > 0 && (
          <span class="muted">{words.end}</span>
        )}
      </div>
      {dialog === 'replay' && <ReplayDialog query={query} onClose={() => setDialog(null)} />}
      {dialog === 'export' && <ExportDialog query={query} onClose={() => setDialog(null)} />}
    </div>
  );
}
