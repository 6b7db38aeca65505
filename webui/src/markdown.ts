// The little Markdown that Mizo's insights are written in, as a tree. What becomes of it is text and a few
// elements that the page makes itself: no HTML of a stranger's is ever parsed. Pure.
export type Inline =
  | { kind: 'text' | 'code'; text: string }
  | { kind: 'strong' | 'em'; children: Inline[] }
  | { kind: 'link'; href: string; children: Inline[] };

export type Block =
  | { kind: 'paragraph' | 'heading'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'quote'; children: Inline[] };

// What stands deeper than this is text.
const depthMax = 4;

const linkPattern = /^\[([^\][\n]{1,500})\]\((https?:\/\/[^\s()]{1,2000})\)/;

interface Found {
  inline: Inline;
  end: number;
}

// Reads one line of text from the left. A mark that has no end is looked for once only, so that a text of
// nothing but marks is read in no time.
class InlineReader {
  private readonly endless = new Set<string>();

  constructor(
    private readonly text: string,
    private readonly depth: number,
  ) {}

  read(): Inline[] {
    const out: Inline[] = [];
    let plain = 0;
    for (let at = 0; at < this.text.length; ) {
      const found = this.depth < depthMax ? this.at(at) : null;
      if (found === null) {
        at += 1;
        continue;
      }
      if (at > plain) out.push({ kind: 'text', text: this.text.slice(plain, at) });
      out.push(found.inline);
      at = plain = found.end;
    }
    if (plain < this.text.length) out.push({ kind: 'text', text: this.text.slice(plain) });
    return out;
  }

  private at(at: number): Found | null {
    switch (this.text[at]) {
      case '`':
        return this.code(at);
      case '[':
        return this.link(at);
      case '*':
      case '_':
        return this.emphasis(at);
      default:
        return null;
    }
  }

  private code(at: number): Found | null {
    const end = this.text.indexOf('`', at + 1);
    if (end <= at + 1) return null;
    return { inline: { kind: 'code', text: this.text.slice(at + 1, end) }, end: end + 1 };
  }

  private link(at: number): Found | null {
    const found = linkPattern.exec(this.text.slice(at, at + 2600));
    const [whole, label, href] = found ?? [];
    if (whole === undefined || label === undefined || href === undefined) return null;
    const inline: Inline = { kind: 'link', href, children: parseInline(label, this.depth + 1) };
    return { inline, end: at + whole.length };
  }

  private emphasis(at: number): Found | null {
    const char = this.text[at] ?? '';
    const mark = this.text[at + 1] === char ? char + char : char;
    const begin = at + mark.length;
    const opens = /\S/.test(this.text[begin] ?? '') && this.text[begin] !== char;
    const inWord = char === '_' && /\w/.test(this.text[at - 1] ?? '');
    if (!opens || inWord) return null;
    const end = this.endOf(mark, begin);
    if (end === -1) return null;
    const children = parseInline(this.text.slice(begin, end), this.depth + 1);
    return { inline: { kind: mark.length === 2 ? 'strong' : 'em', children }, end: end + mark.length };
  }

  // Where the mark stands that ends what begins at `from`; of a longer run, its last.
  private endOf(mark: string, from: number): number {
    if (this.endless.has(mark)) return -1;
    const char = mark[0] ?? '';
    for (let end = this.text.indexOf(mark, from + 1); end !== -1; end = this.text.indexOf(mark, end + 1)) {
      let run = mark.length;
      while (this.text[end + run] === char) run += 1;
      const at = end + run - mark.length;
      const alone = mark.length === 2 || run === 1;
      const inWord = char === '_' && /\w/.test(this.text[end + run] ?? '');
      if (alone && !inWord && /\S/.test(this.text[end - 1] ?? '')) return at;
      end += run - 1;
    }
    this.endless.add(mark);
    return -1;
  }
}

export const parseInline = (text: string, depth = 0): Inline[] => new InlineReader(text, depth).read();

const bullet = /^\s{0,3}[-*+]\s+(.*)$/;
const numbered = /^\s{0,3}\d{1,4}[.)]\s+(.*)$/;
const heading = /^\s{0,3}#{1,6}\s+(.*?)\s*#*$/;
const quoted = /^\s{0,3}>\s?(.*)$/;
const fence = /^\s{0,3}```/;

const begins = (line: string): boolean =>
  line.trim() === '' || [bullet, numbered, heading, quoted, fence].some(pattern => pattern.test(line));

// "[ ] call back": a thing to do, and "[x]" one that is done.
const withBox = (item: string): string => item.replace(/^\[ \] /, '☐ ').replace(/^\[[xX]\] /, '☑ ');

export function parseMarkdown(text: string): Block[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  // The lines from here on that fit, each as its pattern's group; one that begins nothing goes on the last.
  const take = (pattern: RegExp): string[] => {
    const taken: string[] = [];
    for (; at < lines.length; at += 1) {
      const line = lines[at] ?? '';
      const found = pattern.exec(line);
      if (found) taken.push(found[1] ?? '');
      else if (taken.length > 0 && !begins(line)) taken.push(`${taken.pop() ?? ''} ${line.trim()}`);
      else break;
    }
    return taken;
  };
  const takeCode = (): string => {
    const end = lines.findIndex((line, index) => index > at && fence.test(line));
    const code = lines.slice(at + 1, end === -1 ? lines.length : end);
    at = end === -1 ? lines.length : end + 1;
    return code.join('\n');
  };
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const title = heading.exec(line);
    if (fence.test(line)) blocks.push({ kind: 'code', text: takeCode() });
    else if (title) {
      blocks.push({ kind: 'heading', children: parseInline(title[1] ?? '') });
      at += 1;
    } else if (bullet.test(line) || numbered.test(line)) {
      const ordered = !bullet.test(line);
      const items = take(ordered ? numbered : bullet);
      blocks.push({ kind: 'list', ordered, items: items.map(item => parseInline(withBox(item))) });
    } else if (quoted.test(line))
      blocks.push({ kind: 'quote', children: parseInline(take(quoted).join(' ')) });
    else if (line.trim() === '') at += 1;
    else blocks.push({ kind: 'paragraph', children: parseInline(take(/^\s*(\S.*)$/).join(' ')) });
  }
  return blocks;
}
