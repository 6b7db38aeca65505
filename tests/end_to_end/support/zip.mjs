// The files of a zip archive, as `{name: Buffer}`; stored or deflated ones.
import zlib from 'node:zlib'

const END = 0x06054b50
const ENTRY = 0x02014b50

export function read_zip(bytes) {
  let end = bytes.length - 22
  while (end >= 0 && bytes.readUInt32LE(end) !== END) --end
  if (end < 0) throw new Error('no zip archive')
  const files = {}
  let at = bytes.readUInt32LE(end + 16)
  for (let i = 0; i < bytes.readUInt16LE(end + 10); ++i) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new Error('a broken directory')
    const [packed, name_size] = [bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28)]
    const name = bytes.subarray(at + 46, at + 46 + name_size).toString()
    const local = bytes.readUInt32LE(at + 42)
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const content = bytes.subarray(from, from + packed)
    files[name] = bytes.readUInt16LE(at + 10) === 8 ? zlib.inflateRawSync(content) : Buffer.from(content)
    // Node 18 has no crc32; there the size must do.
    if (zlib.crc32 && zlib.crc32(files[name]) !== bytes.readUInt32LE(at + 16))
      throw new Error(`${name} is damaged`)
    if (files[name].length !== bytes.readUInt32LE(at + 24)) throw new Error(`${name} is cut off`)
    at += 46 + name_size + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return files
}
