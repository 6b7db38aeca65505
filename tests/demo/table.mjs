// Prints rows under a head, columns as wide as they need be; numbers stand to the right.
export function print_table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map((cell) => (cell === null || cell === undefined ? '-' : `${cell}`)))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)))
  const is_number = head.map((_, column) => rows.every((row) => row[column] === '' || row[column] === null || typeof row[column] === 'number'))
  const line = (row) =>
    row.map((cell, column) => (is_number[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  ')
  console.log(line(cells[0]))
  console.log(widths.map((width) => '-'.repeat(width)).join('  '))
  for (const row of cells.slice(1)) console.log(line(row).trimEnd())
}
