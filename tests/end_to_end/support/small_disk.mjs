// A file system of its own, small enough to be filled, that can be made read-only: a tmpfs.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, closeSync, rmSync, writeSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const run = (...command) => execFileSync(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })

export class SmallDisk {
  // Throws where mounting is not allowed.
  constructor(mib) {
    this.mount_point = mkdtempSync(join(tmpdir(), 'small-disk-'))
    try {
      run('mount', '-t', 'tmpfs', '-o', `size=${mib}m`, 'small-disk', this.mount_point)
    } catch (error) {
      rmSync(this.mount_point, { recursive: true })
      throw error
    }
    this.data_dir = join(this.mount_point, 'data')
    mkdirSync(this.data_dir)
    chmodSync(this.data_dir, 0o700)
    this.ballast = join(this.mount_point, 'ballast')
  }

  // Takes all the space that is left.
  fill() {
    const file = openSync(this.ballast, 'a')
    for (let size = 1 << 20; size >= 512; size >>= 1) {
      const piece = Buffer.alloc(size)
      try {
        for (;;) writeSync(file, piece)
      } catch (error) {
        if (error.code !== 'ENOSPC') throw error
      }
    }
    closeSync(file)
  }

  free() {
    rmSync(this.ballast, { force: true })
  }

  remount(mode) {
    run('mount', '-o', `remount,${mode}`, this.mount_point)
  }

  close() {
    run('umount', '--lazy', this.mount_point)
    rmSync(this.mount_point, { recursive: true, force: true })
  }
}

// Why a small disk is not to be had here, or null.
export function why_no_small_disk() {
  if (process.getuid() !== 0) return 'mounting needs root'
  try {
    new SmallDisk(1).close()
    return null
  } catch (error) {
    return `mounting a tmpfs is not permitted here: ${error.message.split('\n')[0]}`
  }
}
