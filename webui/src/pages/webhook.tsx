// What is pasted into HaloPSA, the trust it needs, and learning how it signs.
import { api } from '../api';
import { show, t } from '../i18n';
import type { Webhook } from '../schema';
import { Badge, Button, Card, CopyValue, Fact, Facts } from '../ui/controls';
import { Failure, Loading, Time } from '../ui/feedback';
import { saveFile, useLoad, useTitle } from '../ui/hooks';
import { formatThumbprint } from '../format';
import { LearnCard } from './webhook_learn';

export function Paste({ webhook }: { webhook: Webhook }) {
  const words = t.value.webhook;
  return (
    <Card title={words.paste}>
      <p class="path-hint">{words.where}</p>
      <div class="paste">
        <CopyValue label={words.name} value={words.nameValue} />
        <CopyValue label={words.url} value={webhook.url} />
        <CopyValue label={words.auth} value={webhook.auth_name} />
        {webhook.auth === 'x509' &&
          (webhook.certificate ? (
            <CopyValue
              label={words.certificate}
              value={webhook.certificate_name}
              note={formatThumbprint(webhook.certificate.thumbprint)}
            />
          ) : (
            <p>
              <a class="button primary small" href="/certificates">
                {words.noCertificate}
              </a>
            </p>
          ))}
        {webhook.auth === 'hmac' && webhook.header && (
          <CopyValue label={words.header} value={webhook.header} />
        )}
        {webhook.username && <CopyValue label={words.username} value={webhook.username} />}
      </div>
      <h3>{words.eventsTitle}</h3>
      <p class="muted">{words.eventsText}</p>
      <ul class="event-names">
        {webhook.events.map((event, index) => (
          <li key={index}>
            <strong>{event.name}</strong>
            {event.note && <span class="muted">{event.note}</span>}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Trust({ webhook }: { webhook: Webhook }) {
  const words = t.value.webhook;
  const { ca_pem: pem } = webhook;
  if (pem === null) return null;
  const save = () =>
    saveFile({ blob: new Blob([pem], { type: 'application/x-pem-file' }), name: 'mizo-relay-ca.crt' });
  return (
    <Card title={words.caTitle}>
      <p>{words.caText}</p>
      <Facts>
        {webhook.ca_sha256 && (
          <Fact label={words.caPrint}>
            <code class="wrap">{formatThumbprint(webhook.ca_sha256.toUpperCase())}</code>
          </Fact>
        )}
        {webhook.ca_not_after && <Fact label={words.caUntil}>{show.date(webhook.ca_not_after)}</Fact>}
      </Facts>
      <Button icon="download" onClick={save}>
        {words.caDownload}
      </Button>
    </Card>
  );
}

function Listener({ webhook }: { webhook: Webhook }) {
  const words = t.value.webhook;
  return (
    <p class="row">
      <Badge tone={webhook.listening ? 'ok' : 'error'}>
        {webhook.listening ? words.listening : words.notListening}
      </Badge>
      <code>{webhook.listen}</code>
      <span class="muted">
        {words.lastDelivery} <Time at={webhook.last_delivery} />
      </span>
    </p>
  );
}

export function WebhookPage() {
  const { data, failure, reload } = useLoad(api.webhook);
  const words = t.value.webhook;
  useTitle(words.title);
  return (
    <div class="page">
      <div class="page-head">
        <div>
          <h1 tabIndex={-1}>{words.title}</h1>
          <p class="intro">{words.intro}</p>
          {data && <Listener webhook={data} />}
        </div>
      </div>
      {failure && <Failure failure={failure} retry={reload} />}
      {data === null && !failure && <Loading />}
      {data && (
        <div class="columns even">
          <div class="column-main">
            <Paste webhook={data} />
          </div>
          <div class="column-side">
            <Trust webhook={data} />
            {data.auth === 'x509' && <LearnCard webhook={data} changed={reload} />}
          </div>
        </div>
      )}
    </div>
  );
}
