// One check: its verdict, what was found and what was expected, and every way to put it right.
import { useState } from 'preact/hooks';
import { messageText, t } from '../i18n';
import type { Check } from '../schema';
import { Badge, Button, CopyValue, Fact, Facts } from '../ui/controls';
import { ExternalLink, Notice, Time } from '../ui/feedback';
import { Icon } from '../ui/icons';
import { verdictTone } from '../ui/tones';
import { FixDialog } from './guide_fix';

function Found({ check }: { check: Check }) {
  const words = t.value.guide;
  // Why nothing can be seen is told once, above the list.
  if (check.verdict === 'unknown_rights' || (!check.found && !check.expected)) return null;
  return (
    <Facts>
      {check.found && <Fact label={words.found}>{messageText(check.found)}</Fact>}
      {check.expected && <Fact label={words.expected}>{messageText(check.expected)}</Fact>}
    </Facts>
  );
}

function Details({ check }: { check: Check }) {
  const words = t.value.guide;
  return (
    <>
      <Found check={check} />
      {check.advice && (
        <p class="advice">
          <span class="advice-label">{t.value.strip.whatToDo}</span> {messageText(check.advice)}
        </p>
      )}
      {check.copy.length > 0 && (
        <div class="paste">
          {check.copy.map(({ label, value }) => (
            <CopyValue key={label} label={label} value={value} />
          ))}
        </div>
      )}
      {check.verdict === 'wrong' && check.since && (
        <p class="muted small-text">
          {words.wrongSince} <Time at={check.since} as="full" />
        </p>
      )}
    </>
  );
}

interface ItemProps {
  check: Check;
  changed: (check: Check) => void;
}

function CheckItem({ check, changed }: ItemProps) {
  const [fixing, setFixing] = useState(false);
  const words = t.value.guide;
  return (
    <li class={`check ${check.verdict}`}>
      <div class="row spread">
        <h3>{messageText(check.title)}</h3>
        <Badge tone={verdictTone[check.verdict]}>{t.value.verdicts[check.verdict]}</Badge>
      </div>
      <Details check={check} />
      {(check.fix || check.link) && (
        <div class="row">
          {check.fix && (
            <Button class="small" onClick={() => setFixing(true)}>
              {words.showChange}
            </Button>
          )}
          {check.link && <ExternalLink href={check.link}>{words.openThere}</ExternalLink>}
        </div>
      )}
      {fixing && <FixDialog check={check} onClose={() => setFixing(false)} changed={changed} />}
    </li>
  );
}

// One line: what is right, and what only waits for something else.
function LineItem({ check }: { check: Check }) {
  const right = check.verdict === 'right';
  return (
    <li class={`check-line-item ${check.verdict}`}>
      <span class="check-title">
        <Icon name={right ? 'check' : 'clock'} size={16} />
        <span class="visually-hidden">{t.value.verdicts[check.verdict]}: </span>
        {messageText(check.title)}
      </span>
      {check.found && <span class="muted">{messageText(check.found)}</span>}
      {check.advice && <span class="check-advice muted">{messageText(check.advice)}</span>}
    </li>
  );
}

const onlyWaits = (check: Check): boolean =>
  check.verdict === 'not_yet' && check.advice === null && check.fix === null;

// What is left to do in full, in the order of the guide; the rest in one line each, below.
export function CheckList({ checks, changed }: { checks: Check[]; changed: (check: Check) => void }) {
  const toDo = checks.filter(check => check.verdict !== 'right' && !onlyWaits(check));
  const lines = [...checks.filter(onlyWaits), ...checks.filter(check => check.verdict === 'right')];
  const unseen = checks.find(check => check.verdict === 'unknown_rights');
  return (
    <>
      {unseen && (
        <Notice tone="info" title={t.value.guide.unseen}>
          {unseen.found && <p>{messageText(unseen.found)}</p>}
        </Notice>
      )}
      {toDo.length > 0 && (
        <ul class="checks">
          {toDo.map(check => (
            <CheckItem key={check.id} check={check} changed={changed} />
          ))}
        </ul>
      )}
      {lines.length > 0 && (
        <ul class="check-lines">
          {lines.map(check => (
            <LineItem key={check.id} check={check} />
          ))}
        </ul>
      )}
    </>
  );
}
