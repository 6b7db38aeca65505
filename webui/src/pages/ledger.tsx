// Nothing missed: what HaloPSA sent, what is stored and what Mizo has, and how gaps are found and filled.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, show, t } from '../i18n';
import { subscribe } from '../live';
import type { Reconcile, ReconcileRun } from '../schema';
import { Badge, Button, Card, Fact, Facts, Form, Select } from '../ui/controls';
import { Failure, Loading, Notice, Time, toast } from '../ui/feedback';
import { useAction, useLoad, useTitle } from '../ui/hooks';
import { SaveBar, SettingField, useSettingsForm } from './settings_form';

const spans = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const;
type Span = keyof typeof spans;

function LedgerCard({ ledger }: { ledger: Reconcile['ledger'] }) {
  const words = t.value.ledger;
  const columns: [string, number | null][] = [
    [words.halo, ledger.halo],
    [words.stored, ledger.stored],
    [words.acked, ledger.acked],
  ];
  return (
    <Card title={words.day}>
      <dl class="figures flow">
        {columns.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd class="figure">{value === null ? '–' : show.number(value)}</dd>
          </div>
        ))}
      </dl>
      <p class="verdict">
        {ledger.missing !== null && ledger.missing > 0 && (
          <Badge tone="warn">{t.value.overview.ledgerMissing(show.number(ledger.missing))}</Badge>
        )}
        <Badge tone={ledger.equal === null ? 'neutral' : ledger.equal ? 'ok' : 'warn'}>
          {ledger.equal === null ? words.unknown : ledger.equal ? words.equal : words.unequal}
        </Badge>
      </p>
      {ledger.equal === null && <p class="muted">{words.unknownText}</p>}
      {ledger.equal === false && <p class="muted">{words.unequalText}</p>}
    </Card>
  );
}

function RunForm({ running, changed }: { running: boolean; changed: () => void }) {
  const [span, setSpan] = useState<Span>('24h');
  const { busy, failure, run } = useAction();
  const words = t.value.ledger;
  const start = () =>
    run(async () => {
      await api.reconcile(new Date(Date.now() - spans[span]).toISOString());
      toast(words.started);
      changed();
    });
  const options = (Object.keys(spans) as Span[]).map(value => ({
    value,
    label: t.value.overview.ranges[value],
  }));
  return (
    <Form submit={start}>
      <div class="row">
        <Select label={words.from} value={span} options={options} onChange={setSpan} />
        <Button type="submit" icon="refresh" busy={busy || running}>
          {running ? words.running : words.run}
        </Button>
      </div>
      {failure && <Failure failure={failure} />}
    </Form>
  );
}

function LastRun({ last }: { last: ReconcileRun }) {
  const words = t.value.ledger;
  const recovered = last.recovered + last.by_api;
  return (
    <>
      <Notice tone={last.state === 'done' ? 'ok' : 'warn'} title={messageText(last.message)}>
        {last.notes.map(note => (
          <p key={note.code}>{messageText(note)}</p>
        ))}
      </Notice>
      <Facts>
        <Fact label={words.lastRun}>
          <Time at={last.ended_at} as="full" /> <span class="muted">{words.reasons[last.reason]}</span>
        </Fact>
        <Fact label={words.found}>{show.number(last.listed)}</Fact>
        <Fact label={words.recovered}>
          {recovered === 0 ? words.nothingMissing : words.recoveredCount(show.number(recovered))}
        </Fact>
      </Facts>
    </>
  );
}

function ReadBackCard({ state, changed }: { state: Reconcile; changed: () => void }) {
  const words = t.value.ledger;
  return (
    <Card title={words.readBack}>
      <p>{state.way === null ? words.noWay : words.ways[state.way]}</p>
      {state.last_run && <LastRun last={state.last_run} />}
      <Facts>
        <Fact label={words.checkedUpto}>
          <Time at={state.checked_upto} as="full" />
        </Fact>
        {state.next_at && (
          <Fact label={words.next}>
            <Time at={state.next_at} as="full" />
          </Fact>
        )}
      </Facts>
      <RunForm running={state.running} changed={changed} />
    </Card>
  );
}

function PollCard({ poll }: { poll: Reconcile['poll'] }) {
  const { data, failure, reload, replace } = useLoad(api.settings);
  const form = useSettingsForm(data, replace);
  const words = t.value.ledger;
  return (
    <Card title={words.poll}>
      <p class="row">
        <Badge tone={poll.active ? 'info' : 'neutral'}>
          {poll.active ? words.polling : words.notPolling}
        </Badge>
      </p>
      <p class="muted">{poll.active ? words.pollingText : words.notPollingText}</p>
      {poll.error && <Notice tone="warn" title={messageText(poll.error)} />}
      {poll.active && (
        <Facts>
          <Fact label={words.lastAsked}>
            <Time at={poll.last} />
          </Fact>
          <Fact label={words.pollFound}>{show.number(poll.found)}</Fact>
          {poll.next && (
            <Fact label={words.next}>
              <Time at={poll.next} as="list" />
            </Fact>
          )}
        </Facts>
      )}
      {failure && <Failure failure={failure} retry={reload} />}
      {data && (
        <>
          <SettingField name="poll.enabled" form={form} />
          <SettingField name="poll.interval" form={form} />
          {form.action.failure && <Failure failure={form.action.failure} />}
        </>
      )}
      <SaveBar form={form} />
    </Card>
  );
}

function useReconcile() {
  const loaded = useLoad(api.reconcileState);
  const { reload } = loaded;
  const running = loaded.data?.running ?? false;
  // The stream tells of what comes; a run is looked at while it lasts, and the rest now and then.
  useEffect(() => {
    const timer = window.setInterval(reload, running ? 1000 : 15_000);
    const stop = subscribe('reset', reload);
    return () => {
      window.clearInterval(timer);
      stop();
    };
  }, [running, reload]);
  return loaded;
}

export function LedgerPage() {
  const { data, failure, reload } = useReconcile();
  const words = t.value.ledger;
  useTitle(words.title);
  return (
    <div class="page">
      <div class="page-head">
        <div>
          <h1 tabIndex={-1}>{words.title}</h1>
          <p class="intro">{words.intro}</p>
        </div>
      </div>
      {failure && <Failure failure={failure} retry={reload} />}
      {data === null && !failure && <Loading />}
      {data && (
        <>
          <LedgerCard ledger={data.ledger} />
          <div class="columns even">
            <div class="column-main">
              <ReadBackCard state={data} changed={reload} />
            </div>
            <div class="column-side">
              <PollCard poll={data.poll} />
            </div>
          </div>
        </>
      )}
    </div>
  );
}
