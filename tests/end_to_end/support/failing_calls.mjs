// Makes system calls of a running process fail, by strace's fault injection.
import { execFileSync, spawn } from 'node:child_process'

export class FailingCalls {
  // From the moment this resolves, each of these calls fails with this error.
  static async of(pid, { calls, error }) {
    const failing = new FailingCalls()
    const options = ['-f', '-p', `${pid}`, '-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}`]
    failing.strace = spawn('strace', options, { stdio: ['ignore', 'ignore', 'pipe'] })
    failing.ended = new Promise((resolve) => failing.strace.on('close', resolve))
    let said = ''
    await new Promise((resolve, reject) => {
      failing.strace.stderr.on('data', (text) => {
        said += text
        if (/attached/.test(said)) resolve()
      })
      failing.ended.then(() => reject(new Error(`strace ended: ${said}`)))
    })
    return failing
  }

  async end() {
    this.strace.kill('SIGINT') // it lets go of the process
    await this.ended
  }
}

// Why calls cannot be made to fail here, or null.
export function why_no_strace() {
  try {
    execFileSync('strace', ['-o', '/dev/null', '-e', 'inject=fsync:error=EIO', 'true'], { stdio: 'ignore' })
    return null
  } catch (error) {
    return `strace is not to be had, or may not trace: ${error.message.split('\n')[0]}`
  }
}
