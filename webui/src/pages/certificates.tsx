// Certificates: made here, carried into HaloPSA by the admin, watched until they retire.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, show, t } from '../i18n';
import { now, status } from '../live';
import { formatThumbprint } from '../format';
import type { Certificate } from '../schema';
import { Badge, Button, Card, CopyButton, Fact, Facts } from '../ui/controls';
import { Confirm, Empty, Failure, Loading, Notice, Time } from '../ui/feedback';
import { useAction, useLoad, useTitle } from '../ui/hooks';
import { certificateTone } from '../ui/tones';
import { Handover } from './certificates_handover';
import { Install } from './certificates_install';
import { NewCertificateDialog } from './certificates_new';

type Ending = 'retire' | 'revoke';

// Ending the last accepted certificate takes a second, plainer question.
function EndDialog({
  certificate,
  ending,
  onClose,
  changed,
}: {
  certificate: Certificate;
  ending: Ending;
  onClose: () => void;
  changed: () => void;
}) {
  const { busy, failure, run } = useAction();
  const words = t.value.certificates;
  const last = failure?.code === 'last_certificate';
  const end = () =>
    run(async () => {
      await api[ending](certificate.id, last);
      changed();
      onClose();
    });
  const [title, text, action] = last
    ? [words.lastTitle, words.lastText, words.anyway]
    : ending === 'retire'
      ? [words.retireTitle, words.retireText, words.retireDo]
      : [words.revokeTitle, words.revokeText, words.revokeDo];
  return (
    <Confirm
      danger={ending === 'revoke' || last}
      title={title}
      text={text}
      action={action}
      busy={busy}
      failure={last ? null : failure}
      onConfirm={end}
      onClose={onClose}
    />
  );
}

function Validity({ certificate }: { certificate: Certificate }) {
  const begin = Date.parse(certificate.not_before);
  const end = Date.parse(certificate.not_after);
  const part = Math.min(1, Math.max(0, (now.value - begin) / (end - begin)));
  const days = Math.floor((end - now.value) / 86_400_000);
  const words = t.value.certificates;
  return (
    <div class="validity">
      <progress max={1} value={part} class={certificate.due ? 'due' : ''} aria-label={words.validity} />
      <span class="row spread small-text">
        <span>{words.until(show.date(certificate.not_after))}</span>
        <span class={days < 30 ? 'warn-text' : 'muted'}>
          {days < 0 ? words.expired : words.daysLeft(days)}
        </span>
      </span>
    </div>
  );
}

function Actions({ certificate, changed }: { certificate: Certificate; changed: () => void }) {
  const [ending, setEnding] = useState<Ending | null>(null);
  const words = t.value.certificates;
  return (
    <>
      <div class="row card-actions">
        {(certificate.state === 'pending' || certificate.state === 'active') && (
          <Button class="small" onClick={() => setEnding('retire')}>
            {words.retire}
          </Button>
        )}
        <Button class="small" variant="danger" onClick={() => setEnding('revoke')}>
          {words.revoke}
        </Button>
      </div>
      {ending && (
        <EndDialog
          certificate={certificate}
          ending={ending}
          onClose={() => setEnding(null)}
          changed={changed}
        />
      )}
    </>
  );
}

function CertificateCard({ certificate, changed }: { certificate: Certificate; changed: () => void }) {
  const words = t.value.certificates;
  return (
    <article class="card certificate">
      <header class="row spread">
        <span class="row">
          <Badge tone={certificateTone[certificate.state]}>
            {t.value.certificateStates[certificate.state]}
          </Badge>
          {certificate.due && <Badge tone="warn">{words.due}</Badge>}
        </span>
        <span class="muted small-text">
          {words[certificate.profile]} · RSA {certificate.key_bits}
        </span>
      </header>
      <p class="muted">{t.value.certificateStateTexts[certificate.state]}</p>
      <div class="thumbprint">
        <span class="row spread">
          <span class="copy-label" title={words.thumbprintHint}>
            {words.thumbprint}
          </span>
          <CopyButton text={certificate.thumbprint} label={words.thumbprint} look="icon" />
        </span>
        <code>{formatThumbprint(certificate.thumbprint)}</code>
      </div>
      <Validity certificate={certificate} />
      <Facts>
        <Fact label={words.lastUsed}>
          <Time at={certificate.last_used} />
        </Fact>
        <Fact label={words.signatures}>{show.number(certificate.signatures)}</Fact>
        <Fact label={words.created}>
          <Time at={certificate.created_at} as="date" />
        </Fact>
        {certificate.retires_at && (
          <Fact label={t.value.deliveries.state}>{words.retiresAt(show.date(certificate.retires_at))}</Fact>
        )}
      </Facts>
      {certificate.pfx_available ? (
        <>
          <Install certificate={certificate} changed={changed} />
          <Handover certificate={certificate} changed={changed} />
        </>
      ) : (
        <p class="hint">{words.destroyed}</p>
      )}
      <Actions certificate={certificate} changed={changed} />
    </article>
  );
}

function History({ certificates }: { certificates: Certificate[] }) {
  const words = t.value.certificates;
  return (
    <Card title={words.history}>
      <div class="table-scroll">
        <table>
          <thead>
            <tr>
              <th>{t.value.deliveries.state}</th>
              <th>{words.thumbprint}</th>
              <th>{words.lastUsed}</th>
              <th class="number">{words.signatures}</th>
            </tr>
          </thead>
          <tbody>
            {certificates.map(item => (
              <tr key={item.id}>
                <td>
                  <Badge tone={certificateTone[item.state]}>{t.value.certificateStates[item.state]}</Badge>
                </td>
                <td>
                  <code>{item.thumbprint}</code>
                </td>
                <td>
                  <Time at={item.last_used} as="list" />
                </td>
                <td class="number">{show.number(item.signatures)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

export function CertificatesPage() {
  const { data, failure, loading, reload } = useLoad(api.certificates);
  const [creating, setCreating] = useState(false);
  const words = t.value.certificates;
  // A first signature makes one active and another retiring; the stream of the status tells of it.
  const states = status.value?.certificates.map(item => `${item.id} ${item.state}`).join();
  useEffect(reload, [states, reload]);
  useTitle(words.title);
  const present = data?.items.filter(item => item.state !== 'retired' && item.state !== 'revoked') ?? [];
  const past = data?.items.filter(item => item.state === 'retired' || item.state === 'revoked') ?? [];
  return (
    <div class="page">
      <div class="page-head">
        <div>
          <h1 tabIndex={-1}>{words.title}</h1>
          <p class="intro">{words.intro}</p>
        </div>
        <Button variant="primary" icon="plus" onClick={() => setCreating(true)}>
          {words.create}
        </Button>
      </div>
      {failure && <Failure failure={failure} retry={reload} />}
      {data === null && loading && <Loading />}
      {data?.rotation.alert && <Notice tone="warn" title={messageText(data.rotation.alert)} />}
      {data && present.length === 0 && (
        <Empty icon="certificates" title={words.none} next={words.noneNext}>
          <Button variant="primary" icon="plus" onClick={() => setCreating(true)}>
            {words.create}
          </Button>
        </Empty>
      )}
      <div class="certificate-list">
        {present.map(item => (
          <CertificateCard key={item.id} certificate={item} changed={reload} />
        ))}
      </div>
      {past.length > 0 && <History certificates={past} />}
      {creating && <NewCertificateDialog onClose={() => setCreating(false)} changed={reload} />}
    </div>
  );
}
