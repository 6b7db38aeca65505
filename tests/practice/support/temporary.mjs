// A temporary folder that goes away with its test.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

export function temporary_folder(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'practice-'))
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}
