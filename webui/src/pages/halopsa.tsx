// HaloPSA's API: its address and credentials, whether it works and what it grants, and every call of it.
import { useEffect } from 'preact/hooks';
import { api } from '../api';
import { messageText, show, t } from '../i18n';
import { now, subscribe } from '../live';
import type { Halo } from '../schema';
import { Badge, Card, Fact, Facts } from '../ui/controls';
import type { Tone } from '../ui/controls';
import { Failure, Loading, Notice, Time } from '../ui/feedback';
import { useLoad, useTitle } from '../ui/hooks';
import { haloTone } from '../ui/tones';
import { CallsCard } from './halopsa_calls';
import { ConnectionCard } from './halopsa_connection';

// The view of HaloPSA's side, kept current by the stream.
export function useHalo() {
  const loaded = useLoad(api.halo);
  const { replace, reload } = loaded;
  useEffect(() => {
    const stops = [subscribe('halo', replace), subscribe('reset', reload)];
    return () => stops.forEach(stop => stop());
  }, [replace, reload]);
  return loaded;
}

function Trouble({ halo }: { halo: Halo }) {
  const words = t.value.halo;
  const held = halo.limited_until === null ? 0 : Date.parse(halo.limited_until) - now.value;
  return (
    <>
      {halo.state === 'failing' && halo.last_error && (
        <Notice tone="error" title={messageText(halo.last_error)}>
          {halo.advice && <p>{messageText(halo.advice)}</p>}
        </Notice>
      )}
      {held > 0 && <Notice tone="warn" title={words.held(show.duration(held))} />}
      {halo.state === 'unconfigured' && (
        <Notice tone="info" title={words.unconfigured}>
          <p>{words.unconfiguredNext}</p>
        </Notice>
      )}
    </>
  );
}

function CallsLeft({ halo }: { halo: Halo }) {
  const words = t.value.halo;
  return (
    <span class="calls-left">
      <meter
        min={0}
        max={Math.max(1, halo.calls_limit)}
        low={halo.calls_limit / 10}
        value={halo.calls_left}
        aria-label={words.callsLeft}
      />
      <span>{words.ofCalls(show.number(halo.calls_left), show.number(halo.calls_limit))}</span>
    </span>
  );
}

function StateCard({ halo }: { halo: Halo }) {
  const words = t.value.halo;
  return (
    <Card title={words.state}>
      <p class="row">
        <Badge tone={haloTone[halo.state]}>{t.value.haloStates[halo.state]}</Badge>
        {halo.since && (
          <span class="muted">
            {t.value.strip.since.toLowerCase()} <Time at={halo.since} as="full" />
          </span>
        )}
      </p>
      <Trouble halo={halo} />
      <Facts>
        {halo.url && (
          <Fact label={words.address}>
            <code class="wrap">{halo.url}</code>
          </Fact>
        )}
        <Fact label={t.value.strip.lastSuccess}>
          <Time at={halo.last_success} />
        </Fact>
        <Fact label={words.token}>
          {halo.token_expires_at === null ? (
            <span class="muted">{words.noToken}</span>
          ) : (
            <>
              {words.until} <Time at={halo.token_expires_at} as="list" />
            </>
          )}
        </Fact>
        <Fact label={words.callsLeft}>
          <CallsLeft halo={halo} />
        </Fact>
        {halo.version && <Fact label={words.version}>{halo.version}</Fact>}
      </Facts>
    </Card>
  );
}

type Grant = 'granted' | 'refused' | 'open';

const grantTone: Record<Grant, Tone> = { granted: 'ok', refused: 'warn', open: 'neutral' };

const grantOf = (scope: string, { granted, refused }: Halo['scopes']): Grant =>
  granted.includes(scope) ? 'granted' : refused.includes(scope) ? 'refused' : 'open';

function PermissionsCard({ halo }: { halo: Halo }) {
  const words = t.value.halo;
  const { scopes } = halo;
  return (
    <Card title={words.permissions}>
      <p class="muted">
        {scopes.granted.length === 0 && scopes.refused.length === 0
          ? words.permissionsOpen
          : scopes.refused.length > 0
            ? words.permissionsRefused
            : words.permissionsAll}
      </p>
      <ul class="scopes">
        {scopes.asked.map(scope => {
          const grant = grantOf(scope, scopes);
          return (
            <li key={scope}>
              <code>{scope}</code>
              <Badge tone={grantTone[grant]}>{words.grants[grant]}</Badge>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

export function HaloPage() {
  const { data, failure, reload } = useHalo();
  const words = t.value.halo;
  useTitle(words.title);
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
        <>
          <div class="columns even">
            <div class="column-main">
              <ConnectionCard halo={data} />
            </div>
            <div class="column-side">
              <StateCard halo={data} />
              <PermissionsCard halo={data} />
            </div>
          </div>
          <CallsCard halo={data} />
        </>
      )}
    </div>
  );
}
