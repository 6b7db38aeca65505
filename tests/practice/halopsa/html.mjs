// A page of the practice HaloPSA, as plain as can be.
const MARKS = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const STYLE = `body { font: 16px system-ui; margin: 1rem; color-scheme: light dark }
iframe { width: 100%; height: 40rem; border: 1px solid gray } td { padding: 0 1rem 0 0 }`

export const escaped = (text) => String(text ?? '').replace(/[&<>"]/g, (mark) => MARKS[mark])

export const page = (title, body) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">
<title>${escaped(title)} – practice HaloPSA</title>
<style>${STYLE}</style></head>
<body><nav><a href="/agents/tickets">Tickets</a></nav><h1>${escaped(title)}</h1>
${body}
</body></html>`
