// The setup guide, alive: six sections of checks, each with what is to be done by hand beside them. On the
// first day it leads from section to section; later it shows at a glance whether all is as it should be.
import { useLocation } from 'preact-iso';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../api';
import { checksOf, conditionOf, countVerdicts, nextSection, readSection, sections } from '../guide_model';
import type { Section } from '../guide_model';
import { show, t } from '../i18n';
import { now, subscribe } from '../live';
import type { Check, Checks } from '../schema';
import { Badge, Button, Card } from '../ui/controls';
import { Failure, Loading, Notice, Time } from '../ui/feedback';
import { useAction, useLoad, useTitle } from '../ui/hooks';
import { Icon } from '../ui/icons';
import { verdictTone, verdicts } from '../ui/tones';
import { CheckList } from './guide_check';
import { FixAllDialog } from './guide_fix';
import { SectionTools } from './guide_tools';

export function useChecks() {
  const loaded = useLoad(api.checks);
  const { replace, reload } = loaded;
  useEffect(() => {
    const stops = [subscribe('checks', replace), subscribe('reset', reload)];
    return () => stops.forEach(stop => stop());
  }, [replace, reload]);
  return loaded;
}

const markOf = { ok: 'check', bad: 'alert', unknown: 'clock', unseen: 'info' } as const;

const verdictOf = { ok: 'right', bad: 'wrong', unknown: 'not_yet', unseen: 'unknown_rights' } as const;

interface StepsProps {
  checks: Checks;
  shown: Section;
}

function Steps({ checks, shown }: StepsProps) {
  const words = t.value.guide;
  return (
    <nav class="guide-steps" aria-label={words.sectionsLabel}>
      <ol>
        {sections.map(section => {
          const items = checksOf(checks, section);
          const condition = conditionOf(items);
          return (
            <li key={section} class={condition}>
              <a href={`/guide?section=${section}`} aria-current={section === shown ? 'step' : undefined}>
                <span class="guide-mark">
                  <Icon name={markOf[condition]} size={16} />
                </span>
                <span class="guide-step-name">
                  <span class="visually-hidden">{t.value.verdicts[verdictOf[condition]]}: </span>
                  {section}.&nbsp;{words.sections[section]}
                </span>
                <span class="guide-step-count">
                  {words.rightOf(countVerdicts(items).right, items.length)}
                </span>
              </a>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function Summary({ checks }: { checks: Checks }) {
  const counts = countVerdicts(checks.items);
  return (
    <p class="row">
      {verdicts
        .filter(verdict => counts[verdict] > 0)
        .map(verdict => (
          <Badge key={verdict} tone={verdictTone[verdict]}>
            {t.value.guide.verdictCount(t.value.verdicts[verdict], show.number(counts[verdict]))}
          </Badge>
        ))}
    </p>
  );
}

function Progress({ checks }: { checks: Checks }) {
  const words = t.value.guide;
  const { done, total } = checks.progress;
  return (
    <div class="guide-progress" role="status">
      <p>{words.running(done, total)}</p>
      <progress max={Math.max(1, total)} value={done} aria-label={words.running(done, total)} />
    </div>
  );
}

function Times({ checks }: { checks: Checks }) {
  const words = t.value.guide;
  return (
    <p class="muted small-text">
      {words.ranAt} <Time at={checks.ran_at} />
      {checks.next_at && Date.parse(checks.next_at) > now.value && (
        <>
          {' · '}
          {words.nextAt} <Time at={checks.next_at} as="list" />
        </>
      )}
    </p>
  );
}

interface SectionProps {
  checks: Checks;
  section: Section;
  replace: (checks: Checks) => void;
}

function SectionCard({ checks, section, replace }: SectionProps) {
  const words = t.value.guide;
  const items = checksOf(checks, section);
  const replaceOne = (check: Check) =>
    replace({ ...checks, items: checks.items.map(item => (item.id === check.id ? check : item)) });
  return (
    <Card title={`${section}. ${words.sections[section]}`}>
      <p class="muted">{words.sectionTexts[section]}</p>
      {items.length === 0 ? (
        <p class="muted">{words.noChecks}</p>
      ) : (
        <CheckList checks={items} changed={replaceOne} />
      )}
      <div class="row spread card-actions">
        {section > 1 ? (
          <a class="button secondary" href={`/guide?section=${section - 1}`}>
            {words.previous}
          </a>
        ) : (
          <span />
        )}
        {section < 6 && (
          <a
            class={`button ${conditionOf(items) === 'ok' ? 'primary' : 'secondary'}`}
            href={`/guide?section=${section + 1}`}
          >
            {words.next}
          </a>
        )}
      </div>
    </Card>
  );
}

function Head({ checks, replace }: { checks: Checks | null; replace: (checks: Checks) => void }) {
  const [fixing, setFixing] = useState(false);
  const { busy, failure, run } = useAction();
  const words = t.value.guide;
  const start = () =>
    run(async () => {
      replace(await api.runChecks());
    });
  const fixable = checks?.items.filter(check => check.fix !== null).length ?? 0;
  return (
    <>
      <div class="page-head">
        <div>
          <h1 tabIndex={-1}>{words.title}</h1>
          <p class="intro">{words.intro}</p>
          {checks && <Summary checks={checks} />}
          {checks && <Times checks={checks} />}
        </div>
        {checks && (
          <div class="row">
            <Button icon="refresh" busy={busy || checks.running} onClick={start}>
              {checks.running ? words.checking : words.run}
            </Button>
            {fixable > 0 && (
              <Button variant="primary" disabled={checks.running} onClick={() => setFixing(true)}>
                {words.fixAll}
              </Button>
            )}
          </div>
        )}
      </div>
      {failure && <Failure failure={failure} />}
      {checks?.running && <Progress checks={checks} />}
      {fixing && <FixAllDialog onClose={() => setFixing(false)} changed={replace} />}
    </>
  );
}

function Finished({ checks }: { checks: Checks }) {
  const words = t.value.guide;
  switch (conditionOf(checks.items)) {
    case 'ok':
      return (
        <Notice tone="ok" title={words.finished}>
          <p>{words.finishedText}</p>
        </Notice>
      );
    case 'unseen':
      return (
        <Notice tone="ok" title={words.finishedSeen}>
          <p>{words.finishedSeenText}</p>
        </Notice>
      );
    default:
      return null;
  }
}

// Another section moves the focus to its heading, as another page would.
function useFocusOnSection(section: Section): void {
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const heading = document.querySelector<HTMLElement>('.guide-section h2');
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus();
  }, [section]);
}

export function GuidePage() {
  const { data, failure, reload, replace } = useChecks();
  const asked = readSection(useLocation().query['section']);
  // Where the admin was led to stays where it is while its last check turns right.
  const [led, setLed] = useState<Section | null>(null);
  useEffect(() => {
    if (data && led === null) setLed(nextSection(data));
  }, [data, led]);
  useTitle(t.value.guide.title);
  const section = asked ?? led ?? 1;
  useFocusOnSection(asked ?? 1);
  return (
    <div class="page">
      <Head checks={data} replace={replace} />
      {failure && <Failure failure={failure} retry={reload} />}
      {data === null && !failure && <Loading />}
      {data && <Finished checks={data} />}
      {data && (
        <>
          <Steps checks={data} shown={section} />
          <div class="guide-section">
            <SectionCard checks={data} section={section} replace={replace} />
            <SectionTools section={section} />
          </div>
        </>
      )}
    </div>
  );
}
