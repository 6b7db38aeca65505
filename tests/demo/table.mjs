// Prints rows under a head, columns as wide as they need be; numbers stand to the right.
export function print_table(head, rows) {
  const cells = rows.map((row) => row.map(text_of))
  const columns = head.map((title, at) => {
    const width = Math.max(title.length, ...cells.map((row) => row[at].length))
    const numeric = rows.every((row) => ['', null].includes(row[at]) || typeof row[at] === 'number')
    return { width, pad: (text) => (numeric ? text.padStart(width) : text.padEnd(width)) }
  })
  const line = (row) => row.map((text, at) => columns[at].pad(text)).join('  ').trimEnd()
  console.log(line(head))
  console.log(columns.map(({ width }) => '-'.repeat(width)).join('  '))
  for (const row of cells) console.log(line(row))
}

const text_of = (value) => (value === null || value === undefined ? '-' : `${value}`)
