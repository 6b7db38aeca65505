// The glance: is it delivering, and if not, what is wrong, since when, and what to do.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, show, t } from '../i18n';
import { now, status as liveStatus } from '../live';
import type { CertificateSummary, Ledger, Status } from '../schema';
import { TrafficChart } from '../ui/chart';
import { Badge, Card, Fact, Facts, Segmented } from '../ui/controls';
import { Empty, Failure, Loading, Notice, Time } from '../ui/feedback';
import { useLoad, useTitle } from '../ui/hooks';
import { Icon } from '../ui/icons';
import { Strip } from '../ui/strip';
import { certificateTone } from '../ui/tones';
import { pageOf } from '../where';

function headline(status: Status): { tone: 'ok' | 'bad' | 'unknown'; title: string; text: string } {
  const words = t.value.strip;
  const bad = status.strip.find(stage => stage.ok === false);
  if (bad) return { tone: 'bad', title: words.attention, text: messageText(bad) };
  if (status.strip.some(stage => stage.ok === null))
    return { tone: 'unknown', title: words.start, text: words.startText };
  return { tone: 'ok', title: words.allGood, text: words.allGoodText };
}

function Headline({ status }: { status: Status }) {
  const { tone, title, text } = headline(status);
  return (
    <div class={`headline ${tone}`}>
      <span class="headline-mark" aria-hidden="true" />
      <div>
        <p class="headline-title">{title}</p>
        <p class="muted">{text}</p>
      </div>
    </div>
  );
}

function ledgerVerdict(ledger: Ledger): { tone: 'ok' | 'warn' | 'neutral'; text: string } {
  const words = t.value.overview;
  const came = Math.max(ledger.received, ledger.halo ?? 0);
  if (came === 0) return { tone: 'neutral', text: words.ledgerNone };
  const missing = ledger.missing ?? 0;
  const waiting = Math.max(0, ledger.stored - ledger.acked - ledger.unscoped - ledger.dead);
  const parts = [
    ...(missing > 0 ? [words.ledgerMissing(show.number(missing))] : []),
    ...(waiting > 0 ? [words.ledgerWaiting(show.number(waiting))] : []),
    ...(ledger.dead > 0 ? [words.ledgerDead(show.number(ledger.dead))] : []),
  ];
  return parts.length > 0
    ? { tone: 'warn', text: parts.join(' · ') }
    : { tone: 'ok', text: words.ledgerEqual };
}

function LedgerCard({ ledger }: { ledger: Ledger }) {
  const words = t.value.overview;
  const verdict = ledgerVerdict(ledger);
  const columns: [string, number][] = [
    ...(ledger.halo === null ? [] : [[words.ledgerHalo, ledger.halo] as [string, number]]),
    [words.ledgerReceived, ledger.received],
    [words.ledgerStored, ledger.stored],
    [words.ledgerAcked, ledger.acked],
  ];
  return (
    <Card title={words.ledger} class="span-two" actions={<a href="/ledger">{t.value.app.details}</a>}>
      <dl class="figures flow">
        {columns.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd class="figure">{show.number(value)}</dd>
          </div>
        ))}
      </dl>
      <p class="verdict">
        <Badge tone={verdict.tone}>{verdict.text}</Badge>
        {ledger.unscoped > 0 && (
          <span class="muted">{words.ledgerUnscoped(show.number(ledger.unscoped))}</span>
        )}
      </p>
    </Card>
  );
}

function SpeedCard({ status }: { status: Status }) {
  const words = t.value.overview;
  const { p50_ms: median, p99_ms: most, ...counts } = status.last_hour;
  return (
    <Card title={words.latency}>
      <dl class="figures">
        <div>
          <dt>{words.median}</dt>
          <dd class="figure">{median === null ? '–' : show.duration(median)}</dd>
        </div>
        <div>
          <dt>{words.p99}</dt>
          <dd class="figure">{most === null ? '–' : show.duration(most)}</dd>
        </div>
      </dl>
      <p class="muted small-text">
        {words.lastHour(show.number(counts.accepted + counts.repeated + counts.rejected))}
      </p>
    </Card>
  );
}

function QueueCard({ status }: { status: Status }) {
  const words = t.value.overview;
  const { queue } = status;
  return (
    <Card title={words.queue}>
      <p class="lead-figure">
        <span class="figure">{show.number(queue.queued)}</span>
        <span class="muted">{queue.queued === 0 ? words.queueEmpty : words.queueWaiting}</span>
      </p>
      <Facts>
        {queue.queued > 0 && <Fact label={words.queueOldest}>{show.duration(queue.oldest_ms)}</Fact>}
        <Fact label={words.queueFlight}>{show.number(queue.in_flight)}</Fact>
        <Fact label={words.queueDead}>
          {queue.dead === 0 ? (
            '0'
          ) : (
            <a href="/deliveries?q=state:dead">
              <Badge tone="error">{show.number(queue.dead)}</Badge>
            </a>
          )}
        </Fact>
      </Facts>
    </Card>
  );
}

function ServiceCard({ status }: { status: Status }) {
  const words = t.value.overview;
  const { queue, disk } = status;
  return (
    <Card title={words.service}>
      <Facts>
        <Fact label={words.running}>
          <Time at={status.started_at} as="full" />
        </Fact>
        <Fact label={words.version}>{status.version}</Fact>
        <Fact label={words.queueSpace}>
          {show.bytes(queue.bytes)} {words.of} {show.bytes(queue.max_bytes)}
        </Fact>
        <Fact label={words.disk}>
          {show.bytes(disk.free)} {words.of} {show.bytes(disk.total)}
        </Fact>
      </Facts>
    </Card>
  );
}

function CertificateRow({ certificate }: { certificate: CertificateSummary }) {
  const days = Math.floor((Date.parse(certificate.not_after) - now.value) / 86_400_000);
  return (
    <li>
      <Badge tone={certificateTone[certificate.state]}>{t.value.certificateStates[certificate.state]}</Badge>
      <code class="thumbprint-short">{certificate.thumbprint.slice(0, 8)}…</code>
      <span class={days < 30 ? 'warn-text' : 'muted'}>
        {days < 0 ? t.value.certificates.expired : t.value.certificates.daysLeft(days)}
      </span>
      {certificate.due && <Badge tone="warn">{t.value.certificates.due}</Badge>}
    </li>
  );
}

function CertificatesCard({ status }: { status: Status }) {
  const words = t.value.overview;
  return (
    <Card title={words.certificates} actions={<a href="/certificates">{t.value.app.details}</a>}>
      {status.certificates.length === 0 ? (
        <p class="muted">{words.noCertificates}</p>
      ) : (
        <ul class="plain-list">
          {status.certificates.map(item => (
            <CertificateRow key={item.id} certificate={item} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function AlertPage({ code }: { code: string | null }) {
  const page = pageOf(code);
  if (page === null) return null;
  return (
    <p>
      <a href={page.path}>{t.value.strip.open(t.value.nav[page.nav])}</a>
    </p>
  );
}

function Alerts({ status }: { status: Status }) {
  return (
    <>
      {status.alerts.map(alert => (
        <Notice
          key={alert.id}
          tone={alert.severity === 'error' ? 'error' : 'warn'}
          title={messageText(alert)}
        >
          <p>
            {t.value.strip.since} <Time at={alert.since} as="full" />
            {alert.advice && <> · {messageText(alert.advice)}</>}
          </p>
          <AlertPage code={alert.code} />
        </Notice>
      ))}
    </>
  );
}

function FirstSteps({ status }: { status: Status }) {
  const words = t.value.overview.steps;
  const steps = [
    { done: status.certificates.length > 0, text: words.certificate, path: '/certificates' },
    { done: status.strip[0]?.last_success !== null, text: words.webhook, path: '/webhook' },
    { done: status.link.state !== 'not_enrolled', text: words.link, path: '/link' },
    { done: status.strip[2]?.last_success !== null, text: words.first, path: '/deliveries' },
  ];
  if (steps.every(step => step.done)) return null;
  return (
    <Card
      title={words.title}
      class="span-all"
      actions={
        <a class="button primary small" href="/guide">
          {t.value.strip.open(t.value.nav.guide)}
        </a>
      }
    >
      <ol class="steps">
        {steps.map(step => (
          <li key={step.path} class={step.done ? 'done' : ''}>
            <a href={step.path}>
              {step.text}
              {step.done && <Icon name="check" size={16} />}
            </a>
          </li>
        ))}
      </ol>
    </Card>
  );
}

type Range = '1h' | '24h' | '7d';

function TrafficCard() {
  const [range, setRange] = useState<Range>('24h');
  const { data, failure, reload } = useLoad(() => api.metricsHistory(range), range);
  useEffect(() => {
    const timer = window.setInterval(reload, 60_000);
    return () => window.clearInterval(timer);
  }, [reload]);
  const words = t.value.overview;
  const options = (['1h', '24h', '7d'] as const).map(value => ({ value, label: words.ranges[value] }));
  return (
    <Card
      title={words.traffic}
      class="span-all"
      actions={<Segmented label={words.range} value={range} options={options} onChange={setRange} />}
    >
      {failure && <Failure failure={failure} retry={reload} />}
      {data ? <TrafficChart history={data} /> : !failure && <Loading />}
    </Card>
  );
}

export function OverviewPage() {
  const { data, failure, reload } = useLoad(api.status);
  const status = liveStatus.value ?? data;
  useTitle(t.value.overview.title);
  return (
    <div class="page">
      <div class="page-head">
        <h1 tabIndex={-1}>{t.value.overview.title}</h1>
        {status && <Headline status={status} />}
      </div>
      {status === null && (failure ? <Failure failure={failure} retry={reload} /> : <Loading />)}
      {status && (
        <>
          <Alerts status={status} />
          <Strip status={status} />
          <div class="grid">
            <FirstSteps status={status} />
            <LedgerCard ledger={status.ledger} />
            <SpeedCard status={status} />
            <QueueCard status={status} />
            <CertificatesCard status={status} />
            <ServiceCard status={status} />
            <TrafficCard />
          </div>
        </>
      )}
    </div>
  );
}

export function NotFoundPage() {
  useTitle(t.value.app.notFound);
  return (
    <div class="page">
      <h1 tabIndex={-1} class="visually-hidden">
        {t.value.app.notFound}
      </h1>
      <Empty icon="search" title={t.value.app.notFound} next={t.value.app.notFoundNext}>
        <a class="button primary" href="/">
          {t.value.app.toOverview}
        </a>
      </Empty>
    </div>
  );
}
