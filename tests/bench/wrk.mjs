// Load by wrk: it needs a fraction of what Node would take of the cores that the daemon is measured on.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('./webhooks.lua', import.meta.url))

// `webhooks`: {file, offset, header}, or nothing for a GET of the URL. Gives requests a second, latencies,
// errors, and the offset of the first webhook that was not sent.
export async function run_wrk({ url, connections, seconds, webhooks }) {
  const flags = ['-t', '1', '-c', `${connections}`, '-d', `${seconds}s`, '-s', SCRIPT, url]
  if (webhooks) flags.push('--', webhooks.file, `${webhooks.offset}`, webhooks.header)
  const output = await new Promise((resolve, reject) => {
    execFile('wrk', flags, (error, stdout, stderr) =>
      error ? reject(new Error(`wrk: ${stderr || error.message}`)) : resolve(stdout),
    )
  })
  const report = JSON.parse(output.trim().split('\n').at(-1))
  return { ...report, per_second: report.requests / report.seconds }
}
