import { execFileSync } from 'node:child_process'
import { inflateRawSync } from 'node:zlib'

/** The text of a PDF, in the order of reading. */
export function pdfText(file: string): string {
  return execFileSync('pdftotext', ['-layout', file, '-']).toString()
}

/** Number of pages of a PDF. */
export function pdfPages(file: string): number {
  return Number(/^Pages:\s+(\d+)$/m.exec(execFileSync('pdfinfo', [file]).toString())?.[1])
}

/** Fonts of a PDF: name, and whether it is embedded and a subset. */
export function pdfFonts(file: string): { name: string; embedded: boolean; subset: boolean }[] {
  const [, , ...lines] = execFileSync('pdffonts', [file]).toString().trimEnd().split('\n')
  return lines.map((line) => {
    const words = line.trim().split(/\s+/)
    const [embedded, subset] = words.slice(-5, -3)
    return { name: words[0] ?? '', embedded: embedded === 'yes', subset: subset === 'yes' }
  })
}

/** The files in a ZIP archive (an XLSX workbook is one). */
function unzip(zip: Buffer): Map<string, string> {
  const files = new Map<string, string>()
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const method = zip.readUInt16LE(at + 10)
    const size = zip.readUInt32LE(at + 20)
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]
    const local = zip.readUInt32LE(at + 42)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const data = zip.subarray(start, start + size)
    files.set(
      zip.toString('utf8', at + 46, at + 46 + name),
      (method === 8 ? inflateRawSync(data) : data).toString('utf8'),
    )
    at += 46 + name + extra + comment
  }
  return files
}

function plain(xml: string): string {
  const text = [...xml.matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map((match) => match[1]).join('')
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
}

/** The sheets of a workbook by name, each as rows of cells. */
export function workbook(bytes: Buffer): Map<string, string[][]> {
  const files = unzip(bytes)
  const shared = [...(files.get('xl/sharedStrings.xml') ?? '').matchAll(/<si>([\s\S]*?)<\/si>/g)].map((match) =>
    plain(match[1] ?? ''),
  )
  const names = [...(files.get('xl/workbook.xml') ?? '').matchAll(/<sheet [^>]*name="([^"]*)"/g)].map(
    (match) => match[1] ?? '',
  )
  const sheets = new Map<string, string[][]>()
  names.forEach((name, index) => {
    const xml = files.get(`xl/worksheets/sheet${index + 1}.xml`) ?? ''
    const rows = [...xml.matchAll(/<row [^>]*>([\s\S]*?)<\/row>/g)].map((row) =>
      [...(row[1] ?? '').matchAll(/<c ([^>]*?)(?:\/>|>([\s\S]*?)<\/c>)/g)].map((cell) => {
        const [, attributes = '', inner = ''] = cell
        const value = /<v>([^<]*)<\/v>/.exec(inner)?.[1]
        if (attributes.includes('t="s"')) return shared[Number(value)] ?? ''
        return value ?? plain(inner)
      }),
    )
    sheets.set(name, rows)
  })
  return sheets
}
