// One ticket, from all sides: what Mizo said of it, what came of it, and what was done on it for Mizo.
import { useRoute } from 'preact-iso';
import { useEffect } from 'preact/hooks';
import { api } from '../api';
import { show, t } from '../i18n';
import { subscribe } from '../live';
import type { Delivery, Insight } from '../schema';
import { Badge, Card } from '../ui/controls';
import { Empty, Failure, Loading, Time } from '../ui/feedback';
import { useLoad, useTitle } from '../ui/hooks';
import { Markdown } from '../ui/markdown';
import { outcomeTone, stateTone } from '../ui/tones';
import { AgentCallsCard } from './agent_calls';
import { NotFoundPage } from './overview';

// As much as the tab shows.
const shownMax = 32 * 1024;

function InsightCard({ insight }: { insight: Insight }) {
  const words = t.value.ticket;
  return (
    <Card title={words.said}>
      <p class="row muted small-text">
        <span>
          {words.received} <Time at={insight.received_at} as="full" />
        </span>
        <span>{words.revision(show.number(insight.revision))}</span>
        {insight.expired && <Badge tone="warn">{words.expired}</Badge>}
      </p>
      <p class="insight-title">{insight.title}</p>
      {insight.sections.map((section, index) => (
        <section key={index} class="insight-section">
          <h3>{section.heading}</h3>
          <Markdown text={section.markdown.slice(0, shownMax)} />
          {section.cut && <p class="hint">{words.cut}</p>}
        </section>
      ))}
      {insight.actions.length > 0 && (
        <>
          <h3>{words.actions}</h3>
          <p class="hint">{words.actionsText}</p>
          <ul class="plain-list">
            {insight.actions.map(action => (
              <li key={action.id}>{action.label}</li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

function DeliveryLine({ delivery }: { delivery: Delivery }) {
  const kinds = delivery.event_kinds.map(kind => t.value.kinds[kind]).join(', ');
  return (
    <li>
      <a href={`/deliveries/${delivery.id}`}>{kinds || delivery.event_text || t.value.delivery.title}</a>
      <Time at={delivery.received_at} as="list" />
      {delivery.state ? (
        <Badge tone={stateTone[delivery.state]}>{t.value.states[delivery.state]}</Badge>
      ) : (
        <Badge tone={outcomeTone[delivery.outcome]}>{t.value.outcomes[delivery.outcome]}</Badge>
      )}
    </li>
  );
}

function DeliveriesCard({ ticket }: { ticket: number }) {
  const { data, failure, reload } = useLoad(() => api.deliveries({ ticket, limit: 20 }), String(ticket));
  const words = t.value.ticket;
  useEffect(
    () =>
      subscribe('delivery', delivery => {
        if (delivery.ticket === ticket) reload();
      }),
    [ticket, reload],
  );
  return (
    <Card title={words.came} actions={<a href={`/deliveries?q=ticket:${ticket}`}>{words.allDeliveries}</a>}>
      {failure && <Failure failure={failure} retry={reload} />}
      {data === null && !failure && <Loading />}
      {data && data.items.length === 0 && <p class="muted">{words.nothingCame}</p>}
      {data && data.items.length > 0 && (
        <ul class="plain-list">
          {data.items.map(delivery => (
            <DeliveryLine key={delivery.id} delivery={delivery} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Ticket({ ticket }: { ticket: number }) {
  const { data, failure, loading, reload } = useLoad(() => api.insight(ticket), String(ticket));
  const silent = failure?.code === 'not_found';
  const words = t.value.ticket;
  // Mizo speaks after it has heard: an event of this ticket that was acked may be followed by an insight.
  useEffect(
    () =>
      subscribe('event', event => {
        if (event.ticket === ticket) reload();
      }),
    [ticket, reload],
  );
  return (
    <>
      <div class="columns">
        <div class="column-main">
          {failure && !silent && <Failure failure={failure} retry={reload} />}
          {silent && (
            <Card>
              <Empty icon="ticket" title={words.silent} next={words.silentNext} />
            </Card>
          )}
          {data === null && loading && !failure && <Loading />}
          {data && !silent && <InsightCard insight={data} />}
        </div>
        <div class="column-side">
          <DeliveriesCard ticket={ticket} />
        </div>
      </div>
      <AgentCallsCard title={words.done} ticket={ticket} />
    </>
  );
}

export function TicketPage() {
  const text = useRoute().params['id'] ?? '';
  useTitle(`#${text}`);
  if (!/^[1-9]\d{0,14}$/.test(text)) return <NotFoundPage />;
  return (
    <div class="page">
      <div class="page-head">
        <div>
          <h1 tabIndex={-1}>
            {t.value.ticket.title} #{text}
          </h1>
        </div>
      </div>
      <Ticket ticket={Number(text)} />
    </div>
  );
}
