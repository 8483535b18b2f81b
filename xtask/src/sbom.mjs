// Prints the list of everything that is in the product (SBOM, CycloneDX 1.6): crates by `cargo metadata`, npm packages
// by the lock files, SQLite by its header. No network; the same source gives the same bytes.
// Usage: node sbom.mjs TARGET-TRIPLE EPOCH-SECONDS, in the workspace's folder
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const [target, epoch] = process.argv.slice(2)
const json = (file) => JSON.parse(readFileSync(file, 'utf8'))
const components = new Map()
const edges = new Map()

function add(ref, component, dependsOn) {
  components.set(ref, component)
  edges.set(ref, [...new Set([...(edges.get(ref) ?? []), ...dependsOn])].sort())
}

function licences(text) {
  // The old MIT/Apache-2.0 means OR.
  return text ? { licenses: [{ expression: text.replace(/\s*\/\s*/g, ' OR ') }] } : {}
}

// ---- crates: what `liuke` is made of on this target; what only builds it is marked excluded ----
const metadata = JSON.parse(
  execFileSync(
    process.env.CARGO ?? 'cargo',
    ['metadata', '--format-version=1', '--locked', '--offline', `--filter-platform=${target}`],
    { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] },
  ),
)
const packages = new Map(metadata.packages.map((p) => [p.id, p]))
const nodes = new Map(metadata.resolve.nodes.map((n) => [n.id, n]))
const root = metadata.packages.find((p) => p.name === 'liuke' && p.source === null)
const crateRef = (id) => `pkg:cargo/${packages.get(id).name}@${packages.get(id).version}`
const kinds = (dep, ...wanted) => dep.dep_kinds.some((k) => wanted.includes(k.kind ?? 'normal'))

function reach(start, ...wanted) {
  const seen = new Set()
  const open = [start]
  while (open.length > 0) {
    const id = open.pop()
    if (seen.has(id)) continue
    seen.add(id)
    for (const dep of nodes.get(id).deps) if (kinds(dep, ...wanted)) open.push(dep.pkg)
  }
  return seen
}

const checksums = new Map()
for (const part of readFileSync('Cargo.lock', 'utf8').split('[[package]]')) {
  const field = (name) => part.match(new RegExp(`^${name} = "(.*)"$`, 'm'))?.[1]
  if (field('checksum')) checksums.set(`${field('name')}@${field('version')}`, field('checksum'))
}
const compiledIn = reach(root.id, 'normal')
for (const id of reach(root.id, 'normal', 'build')) {
  const p = packages.get(id)
  const checksum = checksums.get(`${p.name}@${p.version}`)
  const deps = nodes.get(id).deps.filter((d) => kinds(d, 'normal', 'build'))
  add(
    crateRef(id),
    {
      type: id === root.id ? 'application' : 'library',
      'bom-ref': crateRef(id),
      name: p.name,
      version: p.version,
      ...(p.description ? { description: p.description.trim().replace(/\s+/g, ' ') } : {}),
      scope: compiledIn.has(id) ? 'required' : 'excluded',
      ...(checksum ? { hashes: [{ alg: 'SHA-256', content: checksum }] } : {}),
      ...licences(p.license),
      ...(p.source === null ? {} : { purl: crateRef(id) }),
    },
    deps.map((d) => crateRef(d.pkg)),
  )
  // The C sources that come with the crate.
  if (p.name === 'libsqlite3-sys') {
    const folder = join(dirname(p.manifest_path), 'sqlite3')
    const header = readdirSync(folder).includes('sqlite3.h') ? readFileSync(join(folder, 'sqlite3.h'), 'utf8') : ''
    const version = header.match(/#define SQLITE_VERSION\s+"([\d.]+)"/)?.[1]
    if (!version) throw new Error('no version of SQLite in libsqlite3-sys')
    const ref = `pkg:generic/sqlite@${version}`
    const cpe = `cpe:2.3:a:sqlite:sqlite:${version}:*:*:*:*:*:*:*`
    add(ref, { type: 'library', 'bom-ref': ref, name: 'sqlite', version, scope: 'required', ...licences('blessing'), cpe, purl: ref }, [])
    edges.get(crateRef(id)).push(ref)
  }
}

// ---- npm: what is bundled into the web interface, and the font ----
function npm(lockFile, owner) {
  const { packages: locked } = json(lockFile)
  const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const refOf = (path) => `pkg:npm/${nameOf(path).replace('@', '%40')}@${locked[path].version}`
  // As Node looks for it: in the nearest node_modules upwards.
  const find = (from, name) => {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
      const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`
      if (locked[path]) return path
      if (at === '') return undefined
      if (!at.includes('/node_modules/')) at = ''
    }
  }
  const found = (from, names) =>
    names.map((name) => find(from, name)).filter((path) => path && !locked[path].dev).map(refOf)
  for (const [path, p] of Object.entries(locked)) {
    if (path === '' || p.dev || p.link) continue
    const [algorithm, digest] = (p.integrity ?? '').split(' ')[0].split(/-(.*)/)
    const hashes =
      algorithm === 'sha512' ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] } : {}
    const name = nameOf(path)
    const [group, short] = name.startsWith('@') ? name.split('/') : [undefined, name]
    add(
      refOf(path),
      {
        type: 'library',
        'bom-ref': refOf(path),
        ...(group ? { group } : {}),
        name: short,
        version: p.version,
        scope: p.optional || p.devOptional ? 'optional' : 'required',
        ...hashes,
        ...licences(p.license),
        purl: refOf(path),
      },
      found(path, Object.keys({ ...p.dependencies, ...p.optionalDependencies, ...p.peerDependencies })),
    )
  }
  edges.set(owner, [...new Set([...edges.get(owner), ...found('', Object.keys(locked[''].dependencies))])].sort())
}
npm('web/package-lock.json', crateRef(root.id))
npm('crates/liuke-font/npm/package-lock.json', crateRef(metadata.packages.find((p) => p.name === 'liuke-font').id))

// ---- together ----
const rootRef = crateRef(root.id)
const { scope: _, ...application } = components.get(rootRef)
components.delete(rootRef)
const byRef = (a, b) => (a[0] < b[0] ? -1 : 1)
const body = {
  metadata: {
    timestamp: new Date(Number(epoch) * 1000).toISOString(),
    component: application,
    properties: [{ name: 'liuke:target', value: target }],
  },
  components: [...components].sort(byRef).map(([, component]) => component),
  dependencies: [...edges].sort(byRef).map(([ref, dependsOn]) => ({ ref, dependsOn: dependsOn.sort() })),
}
const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex')
// A version 8 UUID: of the content, not of chance.
const serial = digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-8$3-a$4-$5')
const bom = {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  serialNumber: `urn:uuid:${serial}`,
  version: 1,
  ...body,
}
console.log(JSON.stringify(bom, null, 1))
