// What the kernel knows of a process.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const TICKS_A_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

// In MiB: resident, its highest so far, and what of it no other process could share.
export function memory_of(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mib = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)[1]) / 1024
  return { rss: mib('VmRSS'), peak: mib('VmHWM'), anonymous: mib('RssAnon'), file: mib('RssFile') }
}

// Seconds of processor time, of all its threads.
export function cpu_seconds_of(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
}

export const load_average = () => Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0])
