// One delivery: what came, whether it was verified and why, what became of it, and sending it again.
import { useRoute } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, show, t } from '../i18n';
import { subscribe } from '../live';
import type { DeliveryDetail, TimelineEntry } from '../schema';
import { Badge, Card, Fact, Facts } from '../ui/controls';
import { Empty, Failure, Loading, Notice, Time } from '../ui/feedback';
import { useLoad, useTitle } from '../ui/hooks';
import type { Tone } from '../ui/controls';
import { Icon } from '../ui/icons';
import { outcomeTone, stateTone } from '../ui/tones';
import { EventsCard } from './delivery_events';
import { RequestCard } from './delivery_request';
import { VerificationCard } from './delivery_verification';

const timelineTone: Partial<Record<TimelineEntry['stage'], Tone>> = {
  verified: 'ok',
  rejected: 'error',
  acked: 'ok',
  nacked: 'warn',
  lost: 'warn',
  dead: 'error',
  unscoped: 'neutral',
  sent: 'info',
};

function Timeline({ entries }: { entries: TimelineEntry[] }) {
  const first = entries[0] ? Date.parse(entries[0].at) : 0;
  return (
    <ol class="timeline">
      {entries.map((entry, index) => (
        <li key={index} class={timelineTone[entry.stage] ?? 'neutral'}>
          <span class="timeline-text">{messageText(entry)}</span>
          <span class="timeline-time">
            <time dateTime={entry.at} title={show.dateTime(entry.at)}>
              {show.clock(entry.at, true)}
            </time>
            {index > 0 && <span class="muted"> +{show.duration(Date.parse(entry.at) - first)}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Summary({ delivery }: { delivery: DeliveryDetail }) {
  const words = t.value.delivery;
  return (
    <div class="card summary">
      <Facts>
        <Fact label={t.value.deliveries.received}>
          <Time at={delivery.received_at} as="full" />
        </Fact>
        <Fact label={words.answered}>
          <span class="number">{delivery.status}</span>{' '}
          <span class="muted">
            {words.took.toLowerCase()} {show.duration(delivery.duration_ms)}
          </span>
        </Fact>
        <Fact label={t.value.overview.latency}>
          {delivery.latency_ms === null ? '–' : show.duration(delivery.latency_ms)}
        </Fact>
        <Fact label={words.size}>{show.bytes(delivery.size)}</Fact>
        <Fact label={words.from}>
          <code>{delivery.remote}</code>
        </Fact>
        <Fact label={words.origin}>{t.value.origins[delivery.origin]}</Fact>
        {delivery.thumbprint && (
          <Fact label={words.certificate}>
            <code>{delivery.thumbprint.slice(0, 8)}…</code>
          </Fact>
        )}
        {delivery.repeat_of && (
          <Fact label={words.repeatOf}>
            <a href={`/deliveries/${delivery.repeat_of}`}>{words.open}</a>
          </Fact>
        )}
      </Facts>
    </div>
  );
}

// The heading is there before the delivery is, so that the focus it gets on arrival stays on it.
function Head({ delivery }: { delivery: DeliveryDetail | null }) {
  const words = t.value;
  const ticket = delivery?.ticket ?? null;
  return (
    <div class="page-head">
      <div>
        <a class="back-link" href="/deliveries">
          <Icon name="back" size={16} />
          {words.delivery.back}
        </a>
        <h1 tabIndex={-1}>
          {ticket !== null && <span class="ticket">#{ticket} </span>}
          {delivery?.title ?? (ticket === null ? words.delivery.title : '')}
        </h1>
        {delivery && (
          <p class="row">
            <Badge tone={outcomeTone[delivery.outcome]}>{words.outcomes[delivery.outcome]}</Badge>
            {delivery.state && <Badge tone={stateTone[delivery.state]}>{words.states[delivery.state]}</Badge>}
            {delivery.event_text && <span class="muted">{delivery.event_text}</span>}
            {ticket !== null && <a href={`/tickets/${ticket}`}>{words.ticket.all}</a>}
          </p>
        )}
      </div>
    </div>
  );
}

function Parts({ delivery }: { delivery: DeliveryDetail }) {
  const [webhookUrl, setWebhookUrl] = useState('https://…');
  useEffect(() => {
    api
      .webhook()
      .then(webhook => setWebhookUrl(webhook.url))
      .catch(() => undefined);
  }, []);
  const { verification } = delivery;
  return (
    <>
      {delivery.outcome === 'rejected' && (
        <Notice tone="error" title={messageText(verification)}>
          {verification.hints[0] && <p>{messageText(verification.hints[0])}</p>}
        </Notice>
      )}
      <Summary delivery={delivery} />
      <div class="columns">
        <div class="column-main">
          <EventsCard delivery={delivery} />
          <RequestCard delivery={delivery} webhookUrl={webhookUrl} />
        </div>
        <div class="column-side">
          <Card title={t.value.delivery.timeline}>
            <Timeline entries={delivery.timeline} />
          </Card>
          <VerificationCard verification={verification} />
        </div>
      </div>
    </>
  );
}

function Gone() {
  const words = t.value.delivery;
  return (
    <Empty icon="search" title={words.gone} next={words.goneNext}>
      <a class="button secondary" href="/deliveries">
        {words.back}
      </a>
    </Empty>
  );
}

// Loads again when the stream says that this delivery, or one of its events, has changed.
function useDelivery(id: string) {
  const loaded = useLoad(() => api.delivery(id), id);
  const { reload } = loaded;
  useEffect(() => {
    const stops = [
      subscribe('delivery', delivery => {
        if (delivery.id === id) reload();
      }),
      subscribe('event', event => {
        if (event.delivery_id === id) reload();
      }),
      subscribe('reset', reload),
    ];
    return () => stops.forEach(stop => stop());
  }, [id, reload]);
  return loaded;
}

export function DeliveryPage() {
  const id = useRoute().params['id'] ?? '';
  const { data, failure, reload } = useDelivery(id);
  const gone = data === null && failure?.code === 'not_found';
  useTitle(data?.ticket ? `#${data.ticket}` : t.value.delivery.title);
  return (
    <div class="page">
      <Head delivery={data} />
      {failure && !gone && <Failure failure={failure} retry={reload} />}
      {gone && <Gone />}
      {data === null && !failure && <Loading />}
      {data && <Parts delivery={data} />}
    </div>
  );
}
