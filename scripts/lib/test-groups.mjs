import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './paths.mjs'

const generated = join(root, 'node_modules', '.cache', 'hunt-tests')

/** Areas in the order in which they run: what takes long in one piece first, so that no core waits for it at the end. */
const ORDER = ['test/wire/', 'test/conformance/', 'test/unit/']

/**
 * The files that `node --test` is to run, each in a process of its own: unit tests of one folder share one, since they
 * start nothing and a process a file spends a third of the time on loading the same modules; all others stay alone.
 */
export function groupTests(files) {
  const groups = new Map()
  for (const file of [...files].sort((a, b) => rank(a) - rank(b))) {
    const group = /^test\/unit\/[^/]+(?=\/)/.exec(file)?.[0] ?? file
    groups.set(group, [...(groups.get(group) ?? []), file])
  }
  rmSync(generated, { recursive: true, force: true })
  return [...groups].map(([group, members]) => (members.length === 1 ? members[0] : writeGroup(group, members)))
}

function rank(file) {
  const index = ORDER.findIndex((area) => file.startsWith(area))
  return index === -1 ? ORDER.length : index
}

function writeGroup(group, members) {
  const path = join(generated, `${group}.test.mjs`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(
    path,
    members.map((file) => `await import(${JSON.stringify(pathToFileURL(join(root, file)).href)})\n`).join(''),
  )
  return path
}
