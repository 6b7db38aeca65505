// Every call of HaloPSA's API that the relay made, newest first, with what became of it.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, show, t } from '../i18n';
import type { Halo, HaloCall, HaloPurpose } from '../schema';
import { Badge, Card, Select, TicketLink } from '../ui/controls';
import { Empty, Time } from '../ui/feedback';
import { useList, useThrottled } from '../ui/hooks';
import { Listed } from '../ui/listed';

const purposes: readonly HaloPurpose[] = [
  'agent', 'tab', 'test_ticket', 'check', 'alert', 'reconcile', 'poll',
];

function Row({ call }: { call: HaloCall }) {
  const words = t.value.halo;
  return (
    <tr>
      <td class="nowrap">
        <Time at={call.at} as="list" />
      </td>
      <td>{words.purposes[call.purpose]}</td>
      <td class="cell-main">
        <code class="wrap">
          {call.method} {call.path}
        </code>
        {call.error && <p class="error-text small-text">{messageText(call.error)}</p>}
      </td>
      <td>
        <TicketLink ticket={call.ticket} />
      </td>
      <td>
        <Badge tone={call.error ? 'error' : 'ok'}>{call.status ?? words.noAnswer}</Badge>
      </td>
      <td class="number nowrap">{show.duration(call.duration_ms)}</td>
      <td class="number nowrap">{call.waited_ms < 10 ? '' : show.duration(call.waited_ms)}</td>
    </tr>
  );
}

function Table({ calls }: { calls: HaloCall[] }) {
  const words = t.value.halo;
  return (
    <div class="table-scroll">
      <table class="stacked">
        <thead>
          <tr>
            <th>{words.at}</th>
            <th>{words.purpose}</th>
            <th>{words.call}</th>
            <th>{t.value.deliveries.ticket}</th>
            <th>{words.answer}</th>
            <th class="number">{words.took}</th>
            <th class="number">{words.waited}</th>
          </tr>
        </thead>
        <tbody>
          {calls.map(call => (
            <Row key={call.id} call={call} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function CallsCard({ halo }: { halo: Halo }) {
  const [purpose, setPurpose] = useState<HaloPurpose | ''>('');
  const list = useList(cursor => api.haloCalls({ purpose, cursor, limit: 25 }), purpose);
  const words = t.value.halo;
  // Each call spends one of those that are left, and so tells that there is a new one.
  const spent = useThrottled(`${halo.calls_left} ${halo.checked_at}`, 2000);
  useEffect(list.refresh, [spent]);
  const options = [
    { value: '' as const, label: words.allPurposes },
    ...purposes.map(value => ({ value, label: words.purposes[value] })),
  ];
  return (
    <Card
      title={words.calls}
      class="table-card"
      actions={<Select label={words.purpose} value={purpose} options={options} onChange={setPurpose} />}
    >
      <Listed list={list} empty={<Empty icon="halopsa" title={words.noCalls} next={words.noCallsNext} />}>
        {items => <Table calls={items} />}
      </Listed>
    </Card>
  );
}
