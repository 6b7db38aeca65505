// The strip: HaloPSA → receive → verify → store → link → Mizo, drawn as a line with six stations.
import { useEffect, useState } from 'preact/hooks';
import { messageText, show, t } from '../i18n';
import { now, subscribeBatched } from '../live';
import type { Stage, Status, StripStage } from '../schema';
import { pageOf } from '../where';
import type { NavName } from '../where';
import { Time } from './feedback';
import { Icon } from './icons';

type Condition = 'ok' | 'bad' | 'unknown';

export const conditionOf = (stage: StripStage): Condition =>
  stage.ok === null ? 'unknown' : stage.ok ? 'ok' : 'bad';

const stagePages: Record<Stage, { path: string; nav: NavName }> = {
  halopsa: { path: '/guide?section=4', nav: 'guide' },
  receive: { path: '/webhook', nav: 'webhook' },
  verify: { path: '/certificates', nav: 'certificates' },
  store: { path: '/maintenance', nav: 'maintenance' },
  link: { path: '/link', nav: 'link' },
  mizo: { path: '/deliveries?q=state:queued', nav: 'deliveries' },
};

// Counts arrivals, so that each batch of them sends a light along the line.
function useArrivals(): number {
  const [arrivals, setArrivals] = useState(0);
  useEffect(
    () =>
      subscribeBatched('delivery', deliveries => {
        if (deliveries.some(delivery => delivery.state === 'queued')) setArrivals(count => count + 1);
      }),
    [],
  );
  return arrivals;
}

function Station({ stage, chosen, choose }: { stage: StripStage; chosen: boolean; choose: () => void }) {
  const condition = conditionOf(stage);
  const word = { ok: t.value.strip.ok, bad: t.value.strip.bad, unknown: t.value.strip.unknown }[condition];
  return (
    <li class={`station ${condition}`}>
      <button type="button" aria-pressed={chosen} onClick={choose}>
        <span class="node">
          <Icon name={condition === 'ok' ? 'check' : condition === 'bad' ? 'alert' : 'clock'} size={18} />
        </span>
        <span class="station-text">
          <span class="station-name">{t.value.stages[stage.stage]}</span>
          <span class="visually-hidden">{word}</span>
          <span class="station-time">
            {stage.last_success === null ? t.value.strip.never : show.relative(stage.last_success, now.value)}
          </span>
        </span>
      </button>
    </li>
  );
}

function StageDetail({ stage }: { stage: StripStage }) {
  const page = pageOf(stage.code) ?? stagePages[stage.stage];
  return (
    <div class={`stage-detail ${conditionOf(stage)}`}>
      <p class="stage-message">
        <strong>{t.value.stages[stage.stage]}</strong> {messageText(stage)}
      </p>
      <dl class="inline-facts">
        <div>
          <dt>{t.value.strip.lastSuccess}</dt>
          <dd>
            <Time at={stage.last_success} />
          </dd>
        </div>
        {stage.since !== null && (
          <div>
            <dt>{t.value.strip.since}</dt>
            <dd>
              <Time at={stage.since} as="full" />
            </dd>
          </div>
        )}
      </dl>
      {stage.advice && (
        <p class="advice">
          <span class="advice-label">{t.value.strip.whatToDo}</span> {messageText(stage.advice)}
        </p>
      )}
      {conditionOf(stage) !== 'ok' && (
        <a class="button secondary small" href={page.path}>
          {t.value.strip.open(t.value.nav[page.nav])}
        </a>
      )}
    </div>
  );
}

export function Strip({ status }: { status: Status }) {
  const [chosen, setChosen] = useState<Stage | null>(null);
  const arrivals = useArrivals();
  const troubled =
    status.strip.find(stage => stage.ok === false) ?? status.strip.find(stage => stage.ok === null);
  // The reader's choice holds until it is pressed again; else the first stage in trouble explains itself.
  const shown = status.strip.find(stage => stage.stage === chosen) ?? troubled;
  return (
    <section class="strip-card card" aria-label={t.value.strip.title}>
      <div class="strip-line">
        <ol class="strip">
          {status.strip.map(stage => (
            <Station
              key={stage.stage}
              stage={stage}
              chosen={shown?.stage === stage.stage}
              choose={() => setChosen(previous => (previous === stage.stage ? null : stage.stage))}
            />
          ))}
        </ol>
        {arrivals > 0 && <span key={arrivals} class="strip-light" aria-hidden="true" />}
      </div>
      {shown && <StageDetail stage={shown} />}
    </section>
  );
}
