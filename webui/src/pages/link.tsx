// The link to Mizo: enrolment, its state and last disconnects, and the test with advice at each step.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, show, t } from '../i18n';
import { now, status } from '../live';
import type { Disconnect, Link, Message } from '../schema';
import { Badge, Button, Card, Fact, Facts, Form, TextField } from '../ui/controls';
import { Confirm, Failure, Loading, Notice, Time, toast } from '../ui/feedback';
import { useAction, useLoad, useTitle } from '../ui/hooks';
import { linkTone } from '../ui/tones';
import { LinkTestCard } from './link_test';

function EnrollCard({ link, enrolled }: { link: Link; enrolled: (link: Link) => void }) {
  const [url, setUrl] = useState(link.url ?? '');
  const [code, setCode] = useState('');
  const { busy, failure, run } = useAction();
  const words = t.value.link;
  const submit = () =>
    run(async () => {
      enrolled(await api.enroll({ url: url.trim(), code: code.trim() }));
      toast(words.enrolled);
    });
  return (
    <Card title={words.enrollTitle}>
      <p>{words.enrollText}</p>
      <Form submit={submit}>
        <TextField
          label={words.url}
          type="url"
          required
          maxLength={500}
          placeholder="https://"
          autocomplete="off"
          value={url}
          change={setUrl}
        />
        <TextField
          label={words.code}
          class="code-input"
          required
          maxLength={200}
          autocomplete="off"
          spellcheck={false}
          value={code}
          change={setCode}
        />
        {failure && <Failure failure={failure} />}
        <Button type="submit" variant="primary" busy={busy}>
          {words.enroll}
        </Button>
      </Form>
    </Card>
  );
}

function StateFacts({ link }: { link: Link }) {
  const words = t.value.link;
  return (
    <Facts>
      {link.url && (
        <Fact label={words.url}>
          <code class="wrap">{link.url}</code>
        </Fact>
      )}
      <Fact label={words.lastAck}>
        <Time at={link.last_ack} />
      </Fact>
      {link.acked_seq !== null && <Fact label={words.acked}>{show.number(link.acked_seq)}</Fact>}
      <Fact label={words.flight}>
        {words.events(show.number(link.in_flight.events))} · {show.bytes(link.in_flight.bytes)}
      </Fact>
      {link.window && (
        <Fact label={words.window}>
          {words.events(show.number(link.window.events))} · {show.bytes(link.window.bytes)}
        </Fact>
      )}
      {link.round_trip_ms !== null && (
        <Fact label={words.roundTrip}>{show.duration(link.round_trip_ms)}</Fact>
      )}
      {link.clock_skew_ms !== null && <Fact label={words.skew}>{show.duration(link.clock_skew_ms)}</Fact>}
      <Fact label={words.transport}>{words.transports[link.transport]}</Fact>
      <Fact label={words.proxy}>{link.proxy ?? words.noProxy}</Fact>
      {link.enrolled_at && (
        <Fact label={words.enrolledAt}>
          <Time at={link.enrolled_at} as="full" />
        </Fact>
      )}
      {link.relay_id && (
        <Fact label={words.relayId}>
          <code class="wrap">{link.relay_id}</code>
        </Fact>
      )}
    </Facts>
  );
}

function Trouble({ link, error }: { link: Link; error: Message }) {
  const words = t.value.link;
  const waits = link.next_attempt_at === null ? 0 : Math.max(0, Date.parse(link.next_attempt_at) - now.value);
  return (
    <Notice tone="warn" title={messageText(error)}>
      {link.advice && <p>{messageText(link.advice)}</p>}
      {link.attempt > 0 && (
        <p class="muted">
          {words.attempt(link.attempt)}
          {waits > 0 && <> · {words.nextIn(show.duration(waits))}</>}
        </p>
      )}
    </Notice>
  );
}

// A link that is live, and not as it should be.
function Remark({ link, note }: { link: Link; note: Message }) {
  const words = t.value.link;
  return (
    <Notice tone="warn" title={messageText(note)}>
      {link.advice && <p>{messageText(link.advice)}</p>}
      {link.websocket_retry_at && (
        <p class="muted">
          {words.websocketAgain} <Time at={link.websocket_retry_at} as="list" />
        </p>
      )}
    </Notice>
  );
}

function StateCard({ link, changed }: { link: Link; changed: () => void }) {
  const [forgetting, setForgetting] = useState(false);
  const retrying = useAction();
  const forget = useAction();
  const words = t.value.link;
  const retry = () =>
    retrying.run(async () => {
      await api.retryLink();
      toast(words.retried);
      changed();
    });
  const confirmForget = () =>
    forget.run(async () => {
      await api.forgetLink();
      toast(words.forgotten);
      setForgetting(false);
      changed();
    });
  return (
    <Card
      title={words.state}
      actions={
        link.state !== 'live' && (
          <Button icon="refresh" busy={retrying.busy} onClick={retry}>
            {words.retry}
          </Button>
        )
      }
    >
      <p class="row">
        <Badge tone={linkTone[link.state]}>{t.value.linkStates[link.state]}</Badge>
        {link.since && (
          <span class="muted">
            {words.since.toLowerCase()} <Time at={link.since} as="full" />
          </span>
        )}
      </p>
      {link.last_error && link.state !== 'live' && <Trouble link={link} error={link.last_error} />}
      {link.note && <Remark link={link} note={link.note} />}
      <StateFacts link={link} />
      {retrying.failure && <Failure failure={retrying.failure} />}
      <div class="row card-actions">
        <Button class="small" variant="danger" onClick={() => setForgetting(true)}>
          {words.forget}
        </Button>
      </div>
      {forgetting && (
        <Confirm
          danger
          title={words.forgetTitle}
          text={words.forgetText}
          action={words.forgetDo}
          busy={forget.busy}
          failure={forget.failure}
          onConfirm={confirmForget}
          onClose={() => setForgetting(false)}
        />
      )}
    </Card>
  );
}

function Disconnects({ items }: { items: Disconnect[] }) {
  const words = t.value.link;
  return (
    <Card title={words.disconnects}>
      {items.length === 0 ? (
        <p class="muted">{words.noDisconnects}</p>
      ) : (
        <div class="table-scroll">
          <table>
            <thead>
              <tr>
                <th>{words.at}</th>
                <th>{words.reason}</th>
                <th class="number">{words.closeCode}</th>
                <th class="number">{words.lasted}</th>
              </tr>
            </thead>
            <tbody>
              {items.map(item => (
                <tr key={item.at}>
                  <td>
                    <Time at={item.at} as="list" />
                  </td>
                  <td>{messageText(item)}</td>
                  <td class="number">{item.close_code}</td>
                  <td class="number">
                    {item.lasted_ms === null ? words.neverUp : show.duration(item.lasted_ms)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

export function LinkPage() {
  const { data, failure, reload, replace } = useLoad(api.link);
  const words = t.value.link;
  useTitle(words.title);
  const live = status.value?.link;
  // The status stream tells that the link changed; this page holds the details.
  useEffect(reload, [live?.state, live?.last_ack, reload]);
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
        <div class="columns even">
          <div class="column-main">
            {data.state === 'not_enrolled' ? (
              <EnrollCard link={data} enrolled={replace} />
            ) : (
              <StateCard link={data} changed={reload} />
            )}
            {data.state !== 'not_enrolled' && <Disconnects items={data.disconnects} />}
          </div>
          <div class="column-side">
            <LinkTestCard link={data} />
          </div>
        </div>
      )}
    </div>
  );
}
