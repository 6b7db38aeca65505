import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatClock, formatListTime } from '../format';
import type { Language } from '../format';
import type { TicketEvent, View } from './api';
import { Follower } from './follow';
import type { Failure, Shown } from './follow';
import { InsightView } from './insight';
import { waitingFor } from './waiting';
import { tabWords } from './words';
import type { Words } from './words';

interface Speaking {
  words: Words;
  language: Language;
}

export function Tab({ link, language }: { link: string; language: Language }) {
  const words = tabWords[language];
  const [shown, setShown] = useState<Shown>({ view: null, seenAt: 0, failure: null });
  const follower = useMemo(() => new Follower(link, setShown), [link]);
  useEffect(() => void follower.look(), [follower]);

  const { view, failure, seenAt } = shown;
  return (
    <main>
      <Arrival view={view} words={words} />
      {view === null && failure === null && <p class="meta loading">{words.loading}</p>}
      {view === null && failure !== null && (
        <Problem failure={failure} words={words} onRetry={() => void follower.look()} />
      )}
      {view !== null && failure !== null && (
        <div class="note warn" role="status">
          {words.stale(formatClock(language, new Date(seenAt).toISOString()))}
        </div>
      )}
      {view !== null && (
        <Ticket view={view} words={words} language={language} onPress={action => follower.press(action)} />
      )}
    </main>
  );
}

// Tells a screen reader of what appears by itself, and of nothing that was there at first.
function Arrival({ view, words }: { view: View | null; words: Words }) {
  const before = useRef<number | null | undefined>(undefined);
  const [text, setText] = useState('');
  const revision = view === null ? undefined : (view.insight?.revision ?? null);
  useEffect(() => {
    if (revision === undefined) return;
    const known = before.current;
    if (known !== undefined && revision !== null && revision !== known) setText(words.arrived);
    before.current = revision;
  }, [revision, words]);
  return (
    <p class="visually-hidden" aria-live="polite">
      {text}
    </p>
  );
}

function Problem({ failure, words, onRetry }: { failure: Failure; words: Words; onRetry: () => void }) {
  const [title, next] = words.problems[failure.code] ?? words.unknown;
  return (
    <section class="state" role="alert">
      <h1>{title}</h1>
      <p>{next}</p>
      {!failure.lasting && <p class="meta">{words.triesItself}</p>}
      <button type="button" onClick={onRetry}>
        {words.tryAgain}
      </button>
      <p class="meta code">
        {words.forAdministrator}: <code>{failure.code}</code> {failure.reason}
      </p>
    </section>
  );
}

interface TicketProps extends Speaking {
  view: View;
  onPress: Parameters<typeof InsightView>[0]['onPress'];
}

function Ticket({ view, words, language, onPress }: TicketProps) {
  const now = Date.parse(view.now);
  return (
    <>
      {view.insight !== null && (
        <InsightView insight={view.insight} words={words} language={language} now={now} onPress={onPress} />
      )}
      {view.insight === null && <Waiting view={view} words={words} language={language} />}
      <Events view={view} words={words} language={language} />
    </>
  );
}

function Waiting({ view, words, language }: Speaking & { view: View }) {
  const { for: what, since } = waitingFor(view);
  const [title, next] = words.waiting[what];
  const comes = what !== 'given_up' && what !== 'out_of_scope';
  return (
    <section class={comes ? 'state comes' : 'state'}>
      <h1>{title}</h1>
      <p>{next}</p>
      <p class="meta">
        {since !== null && `${words.waitingSince(formatListTime(language, since, Date.parse(view.now)))}. `}
        {comes && words.byItself}
      </p>
    </section>
  );
}

function Events({ view, words, language }: Speaking & { view: View }) {
  const now = Date.parse(view.now);
  return (
    <section class="events">
      <h2>{words.knows}</h2>
      {view.events.length === 0 && <p class="meta">{words.nothingKnown}</p>}
      <ol>
        {view.events.map(event => (
          <li key={event.id} class={event.state}>
            <time dateTime={event.received_at}>{formatListTime(language, event.received_at, now)}</time>
            <span>
              {nameOf(event, words)}
              {event.own && <span class="meta"> ({words.own})</span>}
            </span>
            <span class="meta">
              {event.acked_at === null
                ? words.state[event.state]
                : words.atMizo(formatListTime(language, event.acked_at, now))}
            </span>
          </li>
        ))}
      </ol>
      {view.more_events && <p class="meta">{words.more}</p>}
    </section>
  );
}

// HaloPSA's own words where there is none of ours for it.
const nameOf = (event: TicketEvent, words: Words): string =>
  event.kind === 'other' && event.text !== '' ? event.text : words.kind[event.kind];
