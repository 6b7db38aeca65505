// The events of a delivery, each with its attempts and the button that sends it again.
import { useState } from 'preact/hooks';
import { api } from '../api';
import { show, t } from '../i18n';
import type { Attempt, DeliveryDetail, EventDetail } from '../schema';
import { Badge, Button, Card, CopyButton, Fact, Facts, TicketLink } from '../ui/controls';
import { Confirm, Time, toast } from '../ui/feedback';
import { useAction } from '../ui/hooks';
import { attemptTone, stateTone } from '../ui/tones';

function Attempts({ attempts }: { attempts: Attempt[] }) {
  const words = t.value.delivery;
  return (
    <div class="table-scroll">
      <table class="attempts">
        <thead>
          <tr>
            <th class="number">{words.attempt}</th>
            <th>{words.sentAt}</th>
            <th>{words.outcome}</th>
            <th class="number">{words.took}</th>
          </tr>
        </thead>
        <tbody>
          {attempts.map(attempt => (
            <tr key={attempt.attempt}>
              <td class="number">{attempt.attempt}</td>
              <td>
                <Time at={attempt.sent_at} as="list" />
              </td>
              <td>
                <Badge tone={attemptTone[attempt.outcome]}>{words.attemptOutcomes[attempt.outcome]}</Badge>
                {attempt.text && <span class="muted"> {attempt.text}</span>}
              </td>
              <td class="number">
                {attempt.ended_at === null
                  ? ''
                  : show.duration(Date.parse(attempt.ended_at) - Date.parse(attempt.sent_at))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SendAgain({ event }: { event: EventDetail }) {
  const [asking, setAsking] = useState(false);
  const { busy, failure, run, clear } = useAction();
  const words = t.value.delivery;
  const close = () => {
    clear();
    setAsking(false);
  };
  const send = () =>
    run(async () => {
      await api.replay(event.id);
      toast(words.sent);
      close();
    });
  return (
    <>
      <Button
        class="small"
        icon="send"
        disabled={!event.available || event.state === 'unscoped'}
        onClick={() => setAsking(true)}
      >
        {words.sendAgain}
      </Button>
      {asking && (
        <Confirm
          title={words.sendAgainTitle}
          text={words.sendAgainText}
          action={words.sendAgain}
          busy={busy}
          failure={failure}
          onConfirm={send}
          onClose={close}
        />
      )}
    </>
  );
}

function EventItem({ event }: { event: EventDetail }) {
  const words = t.value.delivery;
  return (
    <article class="event">
      <header class="row spread">
        <span class="row">
          <strong>{t.value.kinds[event.kind]}</strong>
          {event.ticket === null ? (
            <span class="muted">{words.noEventTicket}</span>
          ) : (
            <TicketLink ticket={event.ticket} />
          )}
          <Badge tone={stateTone[event.state]}>{t.value.states[event.state]}</Badge>
        </span>
        <SendAgain event={event} />
      </header>
      {event.dead_text && (
        <p class="error-text">
          {event.dead_text}
          {event.dead_code && (
            <>
              {' '}
              <code>{event.dead_code}</code>
            </>
          )}
        </p>
      )}
      {!event.understood && <p class="muted">{words.notUnderstood}</p>}
      {event.own && <p class="muted">{words.own}</p>}
      <Facts>
        {event.seq !== null && <Fact label={words.seq}>{show.number(event.seq)}</Fact>}
        <Fact label={words.eventId}>
          <code class="wrap">{event.id}</code>{' '}
          <CopyButton text={event.id} label={words.eventId} look="icon" />
        </Fact>
        <Fact label={words.dedupKey}>
          <code class="wrap">{event.dedup_key}</code>
        </Fact>
        {event.replay_of && (
          <Fact label={words.replayOf}>
            <code class="wrap">{event.replay_of}</code>
          </Fact>
        )}
        {event.replays.length > 0 && (
          <Fact label={words.replays}>
            {event.replays.map(id => (
              <code key={id} class="wrap">
                {id}{' '}
              </code>
            ))}
          </Fact>
        )}
      </Facts>
      {event.attempts.length > 0 ? (
        <Attempts attempts={event.attempts} />
      ) : (
        <p class="muted">{event.state === 'unscoped' ? words.noAttemptsUnscoped : words.noAttempts}</p>
      )}
    </article>
  );
}

export function EventsCard({ delivery }: { delivery: DeliveryDetail }) {
  const words = t.value.delivery;
  return (
    <Card title={words.events}>
      {delivery.event_list.length === 0 && (
        <p class="muted">
          {delivery.outcome === 'repeated' ? words.noEventsRepeated : words.noEventsRejected}
        </p>
      )}
      {delivery.event_list.map(event => (
        <EventItem key={event.id} event={event} />
      ))}
    </Card>
  );
}
