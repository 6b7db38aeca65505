import { useId, useState } from 'preact/hooks';
import { formatListTime } from '../format';
import type { Language } from '../format';
import { TabError } from './api';
import type { Action, Insight, Outcome } from './api';
import { Prose } from './prose';
import type { Words } from './words';

interface InsightProps {
  insight: Insight;
  words: Words;
  language: Language;
  now: number;
  onPress: (action: string) => Promise<Outcome>;
}

export function InsightView({ insight, words, language, now, onPress }: InsightProps) {
  const time = (at: string) => formatListTime(language, at, now);
  return (
    <article class={insight.expired ? 'insight expired' : 'insight'}>
      <h1>{insight.title}</h1>
      <p class="meta">
        {words.received(time(insight.received_at))}
        {insight.expires_at !== null && !insight.expired && `, ${words.validUntil(time(insight.expires_at))}`}
      </p>
      {insight.expired && (
        <div class="note warn">
          <strong>{words.expired}</strong>
          <p>{words.expiredNext}</p>
        </div>
      )}
      {insight.sections.map((section, at) => (
        <section key={at}>
          {section.heading !== '' && <h2>{section.heading}</h2>}
          <Prose html={section.html} newPage={words.newPage} />
          {section.cut && <p class="meta">{words.cut}</p>}
        </section>
      ))}
      {!insight.expired && insight.actions.length > 0 && (
        <Actions actions={insight.actions} words={words} onPress={onPress} />
      )}
    </article>
  );
}

interface Ended {
  tone: 'ok' | 'error';
  title: string;
  next: string;
}

function endOf(outcome: Outcome, words: Words): Ended {
  const title = outcome.ok ? words.done : words.notDone;
  return { tone: outcome.ok ? 'ok' : 'error', title, next: outcome.text };
}

function endOfFailure(error: unknown, words: Words): Ended {
  const [title, next] = (error instanceof TabError ? words.problems[error.code] : undefined) ?? words.unknown;
  return { tone: 'error', title, next };
}

interface ActionsProps {
  actions: Action[];
  words: Words;
  onPress: (action: string) => Promise<Outcome>;
}

// One at a time: what is under way keeps the others from being pressed. A button keeps the focus meanwhile.
function Actions({ actions, words, onPress }: ActionsProps) {
  const heading = useId();
  const [underWay, setUnderWay] = useState<string | null>(null);
  const [ended, setEnded] = useState<Ended | null>(null);

  async function press(action: string): Promise<void> {
    if (underWay !== null) return;
    setUnderWay(action);
    setEnded(null);
    try {
      setEnded(endOf(await onPress(action), words));
    } catch (error) {
      setEnded(endOfFailure(error, words));
    }
    setUnderWay(null);
  }

  return (
    <section class="actions" aria-labelledby={heading}>
      <h2 id={heading}>{words.actions}</h2>
      <div class="buttons">
        {actions.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            aria-disabled={underWay !== null}
            aria-busy={underWay === id}
            onClick={() => void press(id)}
          >
            {label}
          </button>
        ))}
      </div>
      <div role="status" class="outcome">
        {underWay !== null && <p class="meta">{words.acting}</p>}
        {ended && (
          <div class={`note ${ended.tone}`}>
            <strong>{ended.title}</strong>
            {ended.next !== '' && <p>{ended.next}</p>}
          </div>
        )}
      </div>
    </section>
  );
}
