// A JSON document as a tree that opens by itself near the root. All of it is foreign text.
import { useMemo } from 'preact/hooks';
import { t } from '../i18n';

const openDepth = 2;
const childrenMax = 500;

function Leaf({ value }: { value: unknown }) {
  const kind = value === null ? 'null' : typeof value;
  return <span class={`json-${kind}`}>{JSON.stringify(value)}</span>;
}

function Node({ name, value, depth }: { name: string | null; value: unknown; depth: number }) {
  const label = name === null ? null : <span class="json-key">{name}: </span>;
  if (value === null || typeof value !== 'object')
    return (
      <div class="json-line">
        {label}
        <Leaf value={value} />
      </div>
    );
  const entries = Object.entries(value);
  const [left, right] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0)
    return (
      <div class="json-line">
        {label}
        <span class="muted">
          {left}
          {right}
        </span>
      </div>
    );
  return (
    <details open={depth < openDepth}>
      <summary>
        {label}
        <span class="muted">
          {left}
          {entries.length}
          {right}
        </span>
      </summary>
      <div class="json-children">
        {entries.slice(0, childrenMax).map(([key, child]) => (
          <Node key={key} name={key} value={child} depth={depth + 1} />
        ))}
        {entries.length > childrenMax && <div class="json-line muted">… {entries.length - childrenMax}</div>}
      </div>
    </details>
  );
}

export function parseJson(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) as unknown };
  } catch {
    return null;
  }
}

export function JsonTree({ text }: { text: string }) {
  const parsed = useMemo(() => parseJson(text), [text]);
  if (parsed === null) return <p class="muted">{t.value.delivery.notJson}</p>;
  return (
    <div class="json-tree">
      <Node name={null} value={parsed.value} depth={0} />
    </div>
  );
}
