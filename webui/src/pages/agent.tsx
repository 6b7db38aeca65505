// What Mizo may do on HaloPSA through this relay, the one switch for all of it, and everything it did.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api';
import { show, t } from '../i18n';
import { status, subscribe } from '../live';
import type { Agent, AgentRule } from '../schema';
import { Badge, Button, Card } from '../ui/controls';
import { Confirm, Failure, Loading, Notice, toast } from '../ui/feedback';
import { useAction, useLoad, useTitle } from '../ui/hooks';
import { AgentCallsCard } from './agent_calls';
import { lockText } from './settings_row';

const key = 'agent.enabled';

function Switch({ agent, changed }: { agent: Agent; changed: () => void }) {
  const settings = useLoad(api.settings);
  const [asking, setAsking] = useState(false);
  const { busy, failure, run } = useAction();
  const words = t.value.agent;
  const setting = settings.data?.[key];
  const turn = (on: boolean) =>
    run(async () => {
      settings.replace(await api.changeSettings({ [key]: on }));
      toast(on ? words.turnedOn : words.turnedOff);
      setAsking(false);
      changed();
    });
  return (
    <>
      <div class="row">
        {agent.enabled ? (
          <Button variant="danger" disabled={setting?.locked ?? true} onClick={() => setAsking(true)}>
            {words.turnOff}
          </Button>
        ) : (
          <Button variant="primary" disabled={setting?.locked ?? true} busy={busy} onClick={() => turn(true)}>
            {words.turnOn}
          </Button>
        )}
      </div>
      {setting?.locked && <p class="hint">{lockText(setting)}</p>}
      {failure && !asking && <Failure failure={failure} />}
      {asking && (
        <Confirm
          danger
          title={words.offTitle}
          text={words.offText}
          action={words.offDo}
          busy={busy}
          failure={failure}
          onConfirm={() => turn(false)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function StateCard({ agent, changed }: { agent: Agent; changed: () => void }) {
  const words = t.value.agent;
  const { counts } = agent;
  return (
    <Card title={words.state}>
      <p class="row">
        <Badge tone={agent.enabled ? 'ok' : 'warn'}>{agent.enabled ? words.on : words.off}</Badge>
        <Badge tone={agent.live ? 'ok' : 'neutral'}>{agent.live ? words.live : words.notLive}</Badge>
        {agent.in_hand > 0 && <Badge tone="info">{words.inHand(agent.in_hand)}</Badge>}
      </p>
      <p>{agent.enabled ? words.onText : words.offState}</p>
      {agent.self && <p class="muted">{words.actsAs(`${agent.self.name} (${agent.self.id})`)}</p>}
      <dl class="figures four">
        {(['done', 'refused', 'denied', 'failed'] as const).map(name => (
          <div key={name}>
            <dt>{words.counts[name]}</dt>
            <dd class="figure">{show.number(counts[name])}</dd>
          </div>
        ))}
      </dl>
      <Switch agent={agent} changed={changed} />
    </Card>
  );
}

const byPermission = (rules: AgentRule[]): [string, AgentRule[]][] => {
  const groups = new Map<string, AgentRule[]>();
  for (const rule of rules) groups.set(rule.permission, [...(groups.get(rule.permission) ?? []), rule]);
  return [...groups];
};

function AllowedCard({ agent }: { agent: Agent }) {
  const words = t.value.agent;
  return (
    <Card title={words.allowed}>
      <p class="muted">{words.allowedText}</p>
      {agent.allow.every(rule => !rule.allowed) && <Notice tone="warn" title={words.nothingAllowed} />}
      <dl class="rules">
        {byPermission(agent.allow).map(([permission, rules]) => (
          <div key={permission}>
            <dt>
              <code>{permission}</code>
            </dt>
            {rules.map(rule => (
              <dd key={`${rule.method} ${rule.pattern}`}>
                <code class={`wrap ${rule.allowed ? '' : 'denied'}`}>
                  {rule.method} {rule.pattern}
                </code>
                {!rule.allowed && <span class="muted"> {words.notAllowed}</span>}
              </dd>
            ))}
          </div>
        ))}
      </dl>
      <h3>{words.commands}</h3>
      {agent.commands.every(command => !command.allowed) && <p class="muted">{words.noCommands}</p>}
      <ul class="plain-list">
        {agent.commands.map(command => (
          <li key={command.name}>
            <code>{command.name}</code>
            <span class="muted">{words.commandTexts[command.name]}</span>
            {!command.allowed && <Badge tone="neutral">{words.notAllowed}</Badge>}
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function AgentPage() {
  const { data, failure, reload } = useLoad(api.agent);
  const words = t.value.agent;
  const linkState = status.value?.link.state;
  useEffect(reload, [linkState, reload]);
  useEffect(() => subscribe('agent', reload), [reload]);
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
              <StateCard agent={data} changed={reload} />
            </div>
            <div class="column-side">
              <AllowedCard agent={data} />
            </div>
          </div>
          <AgentCallsCard title={words.calls} />
        </>
      )}
    </div>
  );
}
