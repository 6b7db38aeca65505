// A network namespace with one address, joined to this one by a pair of virtual Ethernet devices.
import { execFileSync } from 'node:child_process'

const run = (...command) => execFileSync(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })

let count = 0

export class Namespace {
  constructor() {
    const mark = `${process.pid.toString(36)}${count++}`
    this.name = `mizo-test-${mark}`
    this.outer = `mz${mark}o`
    this.inner = `mz${mark}i`
    // Addresses of RFC 2544, which are nobody's; another run of the tests has others.
    const net = `198.18.${process.pid % 256}`
    this.address = `${net}.2`
    run('ip', 'netns', 'add', this.name)
    try {
      run('ip', 'link', 'add', this.outer, 'type', 'veth', 'peer', 'name', this.inner, 'netns', this.name)
      run('ip', 'addr', 'add', `${net}.1/30`, 'dev', this.outer)
      run('ip', 'link', 'set', this.outer, 'up')
      this.#inside('ip', 'addr', 'add', `${this.address}/30`, 'dev', this.inner)
      this.#inside('ip', 'link', 'set', this.inner, 'up')
      this.#inside('ip', 'link', 'set', 'lo', 'up')
      this.#inside('nft', 'add', 'table', 'inet', 'hole')
    } catch (error) {
      this.close()
      throw error
    }
  }

  // Put before a command, it runs inside.
  get wrapper() {
    return ['ip', 'netns', 'exec', this.name]
  }

  #inside(...command) {
    return run(...this.wrapper, ...command)
  }

  // Both ways, without a word to anybody.
  drop_everything() {
    for (const hook of ['input', 'output'])
      this.#inside('nft', `add chain inet hole ${hook} { type filter hook ${hook} priority 0; policy drop; }`)
  }

  let_through() {
    for (const hook of ['input', 'output']) this.#inside('nft', 'delete', 'chain', 'inet', 'hole', hook)
  }

  close() {
    run('ip', 'netns', 'del', this.name)
    // It would go with its other end, but some time later.
    try {
      run('ip', 'link', 'del', this.outer)
    } catch {
      // gone already
    }
  }
}

// Why a namespace is not to be had here, or null.
export function why_no_namespace() {
  try {
    const namespace = new Namespace()
    namespace.drop_everything()
    namespace.close()
    return null
  } catch (error) {
    return `network namespaces are not permitted here: ${error.message.split('\n')[0]}`
  }
}
