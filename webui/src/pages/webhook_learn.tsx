// Learn: record one real delivery, show the combination that verifies it, and pin it once confirmed.
import { useEffect } from 'preact/hooks';
import { api } from '../api';
import { messageText, show, t } from '../i18n';
import { now, subscribe } from '../live';
import type { Learn, SignatureScheme, Webhook } from '../schema';
import { Badge, Button, Card, Fact, Facts } from '../ui/controls';
import { Failure, Notice, toast } from '../ui/feedback';
import { useAction, useLoad } from '../ui/hooks';

function Scheme({ scheme }: { scheme: SignatureScheme }) {
  const words = t.value.webhook;
  return (
    <Facts>
      <Fact label={words.header}>
        <code>{scheme.header}</code>
      </Fact>
      <Fact label={words.hash}>{scheme.hash}</Fact>
      <Fact label={words.padding}>{scheme.padding}</Fact>
      <Fact label={words.encoding}>{scheme.encoding}</Fact>
      {scheme.prefix && (
        <Fact label={words.prefix}>
          <code>{scheme.prefix}</code>
        </Fact>
      )}
      <Fact label={words.signedBytes}>{scheme.bytes}</Fact>
    </Facts>
  );
}

function Result({ learn, confirm, busy }: { learn: Learn; confirm: () => void; busy: boolean }) {
  const words = t.value.webhook;
  return (
    <div class="learn-result">
      <Notice tone={learn.state === 'matched' ? 'ok' : 'warn'} title={messageText(learn)}>
        <p>{words.tried(show.number(learn.combinations))}</p>
        {learn.hints.map(hint => (
          <p key={hint.code}>{messageText(hint)}</p>
        ))}
      </Notice>
      {learn.match && <Scheme scheme={learn.match} />}
      {learn.state === 'no_match' && (
        <p class="muted">
          <strong>{words.seen}</strong> {learn.headers.join(', ')}
        </p>
      )}
      <div class="row">
        {learn.state === 'matched' && (
          <Button variant="primary" busy={busy} onClick={confirm}>
            {words.confirm}
          </Button>
        )}
        {learn.delivery_id && (
          <a class="button secondary" href={`/deliveries/${learn.delivery_id}`}>
            {words.toDelivery}
          </a>
        )}
      </div>
    </div>
  );
}

function Waiting({ learn }: { learn: Learn }) {
  const words = t.value.webhook;
  const left = learn.expires_at === null ? 0 : Math.max(0, Date.parse(learn.expires_at) - now.value);
  return (
    <div class="waiting" role="status">
      <span class="waiting-mark" aria-hidden="true" />
      <div>
        <p class="notice-title">{words.waitTitle}</p>
        <p class="muted">
          {messageText(learn)} · {words.waitLeft(show.duration(left))}
        </p>
      </div>
    </div>
  );
}

export function LearnCard({ webhook, changed }: { webhook: Webhook; changed: () => void }) {
  const { data: learn, failure, reload, replace } = useLoad(api.learning);
  const action = useAction();
  const words = t.value.webhook;
  const waiting = learn?.state === 'waiting';
  useEffect(() => {
    if (!waiting) return undefined;
    const stop = subscribe('delivery', reload);
    const timer = window.setInterval(reload, 5000);
    return () => {
      stop();
      window.clearInterval(timer);
    };
  }, [waiting, reload]);
  const start = () => action.run(async () => replace(await api.learn()));
  const confirm = () =>
    action.run(async () => {
      replace(await api.confirmLearning());
      toast(words.confirmed);
      changed();
    });
  const finished = learn?.state === 'matched' || learn?.state === 'no_match' || learn?.state === 'expired';
  return (
    <Card title={words.learnTitle}>
      <p>{words.learnText}</p>
      <p>
        <Badge tone={webhook.learned ? 'ok' : 'warn'}>
          {webhook.learned ? words.learned : words.notLearned}
        </Badge>
      </p>
      {learn && waiting && <Waiting learn={learn} />}
      {learn && finished && <Result learn={learn} confirm={confirm} busy={action.busy} />}
      {!finished && !waiting && webhook.scheme && (
        <>
          <h3>{words.scheme}</h3>
          <Scheme scheme={webhook.scheme} />
        </>
      )}
      {(action.failure ?? failure) && <Failure failure={(action.failure ?? failure)!} />}
      {learn?.state !== 'matched' && (
        <Button busy={action.busy && !finished} onClick={start}>
          {waiting || finished ? words.restart : words.start}
        </Button>
      )}
    </Card>
  );
}
