// Writes FILE.gz and FILE.br beside every text file of a folder, so that the server never compresses on the fly.
// Usage: node precompress.mjs FOLDER
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const folder = process.argv[2]
// Developers read it now and then; in one packing it does not weigh on the program of everybody.
const RARE = /^api-docs\b/
const TEXT = /\.(html|js|mjs|css|json|svg|txt|webmanifest|map)$/
let before = 0
let after = 0
for (const name of readdirSync(folder, { recursive: true })) {
  const file = join(folder, String(name))
  if (!TEXT.test(file)) continue
  const bytes = readFileSync(file)
  const packed = {
    '.gz': gzipSync(bytes, { level: 9 }),
    '.br': brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  }
  for (const [ending, smaller] of Object.entries(packed)) {
    // Not worth a second copy.
    const spared = ending === '.br' && RARE.test(String(name))
    if (spared || bytes.length < 1024 || smaller.length > bytes.length * 0.9) rmSync(file + ending, { force: true })
    else writeFileSync(file + ending, smaller)
  }
  before += bytes.length
  after += packed['.br'].length
}
console.log(`${folder}: ${(before / 1024).toFixed(0)} KiB of text, ${(after / 1024).toFixed(0)} KiB as brotli`)
