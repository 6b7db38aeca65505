// Everything the agent did for Mizo, newest first, of all tickets or of one.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, show, t } from '../i18n';
import { subscribe } from '../live';
import type { AgentCall } from '../schema';
import { Badge, Card, Fact, Facts, TicketLink } from '../ui/controls';
import { Dialog, Empty, Time } from '../ui/feedback';
import { useList } from '../ui/hooks';
import { Listed } from '../ui/listed';
import { agentTone } from '../ui/tones';

// Of a command the path is its name.
const callText = (call: AgentCall): string => [call.method, call.path].filter(Boolean).join(' ');

function CallDialog({ call, onClose }: { call: AgentCall; onClose: () => void }) {
  const words = t.value.agent;
  return (
    <Dialog wide title={words.kinds[call.kind]} onClose={onClose}>
      <Facts>
        <Fact label={words.at}>
          <Time at={call.at} as="full" />
        </Fact>
        <Fact label={words.call}>
          <code class="wrap">{callText(call)}</code>
        </Fact>
        {call.ticket !== null && (
          <Fact label={t.value.deliveries.ticket}>
            <TicketLink ticket={call.ticket} />
          </Fact>
        )}
        <Fact label={words.outcome}>
          <Badge tone={agentTone(call)}>{words.outcomes[call.outcome] ?? call.outcome}</Badge>
        </Fact>
        {call.status !== null && <Fact label={words.answer}>{call.status}</Fact>}
        {call.error && <Fact label={words.why}>{messageText(call.error)}</Fact>}
        <Fact label={words.took}>{show.duration(call.duration_ms)}</Fact>
        {call.repeated && <Fact label={words.repeated}>{words.repeatedText}</Fact>}
        <Fact label={words.rid}>
          <code class="wrap">{call.rid}</code>
        </Fact>
      </Facts>
    </Dialog>
  );
}

function Row({ call, open }: { call: AgentCall; open: () => void }) {
  const words = t.value.agent;
  return (
    <tr>
      <td class="nowrap">
        <Time at={call.at} as="list" />
      </td>
      <td class="cell-main">
        <button type="button" class="text-button" onClick={open}>
          <code class="wrap">{callText(call)}</code>
        </button>
        {call.error && <p class="error-text small-text">{messageText(call.error)}</p>}
      </td>
      <td>{words.kinds[call.kind]}</td>
      <td>
        <TicketLink ticket={call.ticket} />
      </td>
      <td>
        <Badge tone={agentTone(call)}>{words.outcomes[call.outcome] ?? call.outcome}</Badge>
      </td>
      <td class="number nowrap">{show.duration(call.duration_ms)}</td>
    </tr>
  );
}

function Table({ calls, open }: { calls: AgentCall[]; open: (call: AgentCall) => void }) {
  const words = t.value.agent;
  return (
    <div class="table-scroll">
      <table class="stacked">
        <thead>
          <tr>
            <th>{words.at}</th>
            <th>{words.call}</th>
            <th>{words.kind}</th>
            <th>{t.value.deliveries.ticket}</th>
            <th>{words.outcome}</th>
            <th class="number">{words.took}</th>
          </tr>
        </thead>
        <tbody>
          {calls.map(call => (
            <Row key={call.id} call={call} open={() => open(call)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TicketFilter({ ticket, change }: { ticket: string; change: (ticket: string) => void }) {
  const words = t.value.agent;
  return (
    <input
      type="search"
      class="find"
      inputMode="numeric"
      aria-label={words.filter}
      placeholder={words.filter}
      value={ticket}
      onInput={event => change(event.currentTarget.value.replace(/\D/g, ''))}
    />
  );
}

// With a ticket it is that one's history, and has no filter.
export function AgentCallsCard({ title, ticket }: { title: string; ticket?: number }) {
  const [filter, setFilter] = useState('');
  const [shown, setShown] = useState<AgentCall | null>(null);
  const wanted = ticket ?? (filter === '' ? undefined : Number(filter));
  const list = useList(cursor => api.agentCalls({ ticket: wanted, cursor, limit: 25 }), String(wanted ?? ''));
  const words = t.value.agent;
  useEffect(() => subscribe('agent', list.refresh), [list.refresh]);
  return (
    <Card
      title={title}
      class="table-card"
      actions={ticket === undefined && <TicketFilter ticket={filter} change={setFilter} />}
    >
      <Listed list={list} empty={<Empty icon="agent" title={words.noCalls} next={words.noCallsNext} />}>
        {items => <Table calls={items} open={setShown} />}
      </Listed>
      {shown && <CallDialog call={shown} onClose={() => setShown(null)} />}
    </Card>
  );
}
