// Mizo's Markdown, as the relay has rendered it: it lets through no raw HTML, no image, and no link but to
// https, http and mailto; the page's policy allows no script in it besides.
import { useEffect, useRef } from 'preact/hooks';

interface HtmlPolicy {
  createHTML(html: string): string;
}
interface PolicyFactory {
  createPolicy(name: string, rules: { createHTML: (html: string) => string }): HtmlPolicy;
}

// Where the browser has trusted types, the page's policy allows this one place to set HTML.
const factory = (window as unknown as { trustedTypes?: PolicyFactory }).trustedTypes;
const asItIs = { createHTML: (html: string) => html };
const policy: HtmlPolicy = factory?.createPolicy('mizo-insight', asItIs) ?? asItIs;

export function Prose({ html, newPage }: { html: string; newPage: string }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!element.current) return;
    element.current.innerHTML = policy.createHTML(html);
    for (const link of element.current.querySelectorAll('a')) {
      const note = document.createElement('span');
      note.className = 'visually-hidden';
      note.textContent = ` (${newPage})`;
      link.append(note);
    }
  }, [html, newPage]);
  return <div class="prose" ref={element} />;
}
