// Why a delivery was accepted or refused, in words first and in figures below.
import { messageText, t } from '../i18n';
import type { Verification } from '../schema';
import { Badge, Card, CopyButton, Fact, Facts } from '../ui/controls';
import { certificateTone } from '../ui/tones';

function Tried({ verification }: { verification: Verification }) {
  const words = t.value.delivery;
  if (verification.tried.length === 0) return null;
  return (
    <>
      <h3>{words.tried}</h3>
      <ul class="plain-list">
        {verification.tried.map(tried => (
          <li key={tried.certificate_id}>
            <Badge tone={certificateTone[tried.state]}>{t.value.certificateStates[tried.state]}</Badge>
            <code>{tried.thumbprint.slice(0, 8)}…</code>
            <span class={tried.matched ? '' : 'muted'}>
              {tried.matched ? words.matched : words.notMatched}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

export function VerificationCard({ verification }: { verification: Verification }) {
  const words = t.value.delivery;
  const { header, scheme } = verification;
  return (
    <Card title={words.verification}>
      <p class="row">
        <Badge tone={verification.result === 'verified' ? 'ok' : 'error'}>
          {verification.result === 'verified' ? words.verified : words.failed}
        </Badge>
      </p>
      <p>{messageText(verification)}</p>
      {verification.hints.length > 0 && (
        <>
          <h3>{words.hints}</h3>
          <ul class="hints">
            {verification.hints.map(hint => (
              <li key={hint.code}>{messageText(hint)}</li>
            ))}
          </ul>
        </>
      )}
      <Facts>
        <Fact label={words.header}>
          <code>{header.name}</code>{' '}
          <span class="muted">{header.found ? words.found(header.length) : words.absent}</span>
          {header.alphabet && (
            <span class="muted">
              , {words.alphabet} {header.alphabet}
            </span>
          )}
        </Fact>
        {scheme && (
          <Fact label={words.scheme}>
            {[scheme.hash, scheme.padding, scheme.encoding, scheme.bytes].join(' · ')}
          </Fact>
        )}
        <Fact label={words.bodyHash}>
          <code class="wrap">{verification.body_sha256}</code>{' '}
          <CopyButton text={verification.body_sha256} label={words.bodyHash} look="icon" />
        </Fact>
      </Facts>
      <Tried verification={verification} />
    </Card>
  );
}
