// An insight's Markdown as elements of ours.
import { useMemo } from 'preact/hooks';
import { parseMarkdown } from '../markdown';
import type { Block, Inline } from '../markdown';

function Inlines({ items }: { items: Inline[] }) {
  return (
    <>
      {items.map((item, index) => {
        switch (item.kind) {
          case 'text':
            return item.text;
          case 'code':
            return <code key={index}>{item.text}</code>;
          case 'strong':
            return (
              <strong key={index}>
                <Inlines items={item.children} />
              </strong>
            );
          case 'em':
            return (
              <em key={index}>
                <Inlines items={item.children} />
              </em>
            );
          case 'link':
            return (
              <a key={index} href={item.href} target="_blank" rel="noopener noreferrer">
                <Inlines items={item.children} />
              </a>
            );
        }
      })}
    </>
  );
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'code':
      return (
        <pre>
          <code>{block.text}</code>
        </pre>
      );
    case 'list': {
      const items = block.items.map((item, index) => (
        <li key={index}>
          <Inlines items={item} />
        </li>
      ));
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case 'quote':
      return (
        <blockquote>
          <Inlines items={block.children} />
        </blockquote>
      );
    case 'heading':
      return (
        <h4>
          <Inlines items={block.children} />
        </h4>
      );
    case 'paragraph':
      return (
        <p>
          <Inlines items={block.children} />
        </p>
      );
  }
}

export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return (
    <div class="markdown">
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
}
