// Alerts: what was raised and when it ended, and where they are sent.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, show, t } from '../i18n';
import { status } from '../live';
import type { AlertTest, PastAlert } from '../schema';
import { Badge, Button, Card, TicketLink } from '../ui/controls';
import { Empty, Failure, Loading, Notice, Time } from '../ui/feedback';
import { useAction, useList, useLoad, useTitle } from '../ui/hooks';
import { Listed } from '../ui/listed';
import { SaveBar, SettingField, useSettingsForm } from './settings_form';

// Whom it was told, as far as it was to be told at all.
function Told({ alert }: { alert: PastAlert }) {
  const words = t.value.alertsPage;
  const { webhook, ticket } = alert;
  return (
    <>
      {webhook !== 'off' && (
        <span>
          {words.channel}: {words.told[webhook]}
        </span>
      )}
      {ticket.state !== 'off' && (
        <span>
          {words.ticket}: {ticket.id === null ? words.told[ticket.state] : <TicketLink ticket={ticket.id} />}
        </span>
      )}
    </>
  );
}

function Row({ alert }: { alert: PastAlert }) {
  const words = t.value.alertsPage;
  const lasted = alert.ended_at === null ? null : Date.parse(alert.ended_at) - Date.parse(alert.since);
  return (
    <tr>
      <td class="cell-main">
        <p class="row">
          <strong>{messageText(alert)}</strong>
          {alert.severe && <Badge tone="error">{words.severe}</Badge>}
        </p>
        {alert.ended_at === null && alert.advice && (
          <p class="advice">
            <span class="advice-label">{t.value.strip.whatToDo}</span> {messageText(alert.advice)}
          </p>
        )}
        <p class="row muted small-text">
          <Told alert={alert} />
        </p>
      </td>
      <td class="nowrap">
        <Time at={alert.since} as="list" />
      </td>
      <td class="nowrap">
        {alert.ended_at === null ? (
          <Badge tone="error">{words.lasting}</Badge>
        ) : (
          <>
            <Time at={alert.ended_at} as="list" />
            {lasted !== null && <p class="muted">{words.lasted(show.duration(lasted))}</p>}
          </>
        )}
      </td>
    </tr>
  );
}

function Table({ alerts }: { alerts: PastAlert[] }) {
  const words = t.value.alertsPage;
  return (
    <div class="table-scroll">
      <table class="stacked">
        <thead>
          <tr>
            <th>{words.what}</th>
            <th>{words.since}</th>
            <th>{words.ended}</th>
          </tr>
        </thead>
        <tbody>
          {alerts.map(alert => (
            <Row key={alert.id} alert={alert} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HistoryCard() {
  const list = useList(cursor => api.alerts({ cursor, limit: 25 }));
  const words = t.value.alertsPage;
  const present = status.value?.alerts.map(alert => alert.id).join();
  useEffect(list.refresh, [present, list.refresh]);
  return (
    <Card title={words.history} class="table-card">
      <Listed list={list} empty={<Empty icon="alerts" title={words.none} next={words.noneNext} />}>
        {items => <Table alerts={items} />}
      </Listed>
    </Card>
  );
}

function TestButton({ disabled }: { disabled: boolean }) {
  const [result, setResult] = useState<AlertTest | null>(null);
  const { busy, failure, run } = useAction();
  const words = t.value.alertsPage;
  const test = () =>
    run(async () => {
      setResult(null);
      setResult(await api.testAlert());
    });
  return (
    <>
      <Button icon="send" busy={busy} disabled={disabled} onClick={test}>
        {words.test}
      </Button>
      <div aria-live="polite">
        {result?.sent && <Notice tone="ok" title={words.sent} />}
        {result?.error && <Notice tone="error" title={messageText(result.error)} />}
      </div>
      {failure && <Failure failure={failure} />}
    </>
  );
}

function SendingCard() {
  const { data, failure, reload, replace } = useLoad(api.settings);
  const form = useSettingsForm(data, replace);
  const words = t.value.alertsPage;
  return (
    <>
      <Card title={words.sending}>
        <p class="muted">{words.sendingText}</p>
        {failure && <Failure failure={failure} retry={reload} />}
        {data === null && !failure && <Loading />}
        {data && (
          <>
            <SettingField name="alerts.webhook_url" form={form} />
            <SettingField name="alerts.webhook_format" form={form} />
            <SettingField name="alerts.halo_ticket" form={form} />
            <SettingField name="alerts.ticket_type" form={form} />
            {form.action.failure && <Failure failure={form.action.failure} />}
            <TestButton disabled={form.count > 0} />
            {form.count > 0 && <p class="hint">{words.saveFirst}</p>}
          </>
        )}
      </Card>
      {data && (
        <Card title={words.thresholds}>
          <SettingField name="alerts.queue" form={form} />
          <SettingField name="alerts.silence_factor" form={form} />
        </Card>
      )}
      <SaveBar form={form} />
    </>
  );
}

export function AlertsPage() {
  const words = t.value.alertsPage;
  useTitle(words.title);
  return (
    <div class="page">
      <div class="page-head">
        <div>
          <h1 tabIndex={-1}>{words.title}</h1>
          <p class="intro">{words.intro}</p>
        </div>
      </div>
      <div class="columns">
        <div class="column-main">
          <HistoryCard />
        </div>
        <div class="column-side">
          <SendingCard />
        </div>
      </div>
    </div>
  );
}
