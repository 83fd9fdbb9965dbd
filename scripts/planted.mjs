/**
 * Proves that each check of .ci/run can fail: plants one violation at a time into a copy of the tree and demands that the
 * check which should catch it does so, naming what was planted. A check that passes over its violation fails this script.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const bin = (name) => join(root, 'node_modules', name)
const eslint = [bin('eslint/bin/eslint.js'), 'src/detect/planted.ts']

/** Each: the file to write, its text (from what stood there), the check to run, and what the check must say. */
const violations = [
  {
    name: 'a failing test fails npm test',
    file: 'test/unit/planted.test.ts',
    plant: () => "import { test } from 'node:test'\ntest('planted', () => {\n  throw new Error('planted')\n})\n",
    check: ['scripts/test.mjs', 'test/unit/planted.test.ts'],
    expect: /fail 1/,
  },
  {
    name: 'a type error fails the type check',
    file: 'src/domain/planted.ts',
    plant: () => "export const planted: number = 'text'\n",
    check: [bin('typescript/bin/tsc'), '--noEmit'],
    expect: /planted\.ts/,
  },
  {
    name: 'console output outside cli fails lint',
    file: 'src/detect/planted.ts',
    plant: () => "console.log('planted')\n",
    check: eslint,
    expect: /no-console/,
  },
  {
    name: 'reading the real clock fails lint',
    file: 'src/detect/planted.ts',
    plant: () => 'export const planted = Date.now()\n',
    check: eslint,
    expect: /Clock port/,
  },
  {
    name: 'DuckDB outside of its door fails lint',
    file: 'src/detect/planted.ts',
    plant: () => "import { DuckDBInstance } from '@duckdb/node-api'\nexport const planted = DuckDBInstance\n",
    check: eslint,
    expect: /DuckDB belongs/,
  },
  {
    name: 'an import against the direction fails lint',
    file: 'src/detect/planted.ts',
    plant: () => "export * from '../run/index.ts'\n",
    check: [bin('dependency-cruiser/bin/dependency-cruise.mjs'), '--config', '.dependency-cruiser.cjs', 'src'],
    expect: /direction-of-detect/,
  },
  {
    name: 'bad formatting fails the format check',
    file: 'src/domain/planted.ts',
    plant: () => 'export const planted = {a:1 , b:2};\n',
    check: [bin('prettier/bin/prettier.cjs'), '--check', 'src/domain'],
    expect: /planted\.ts/,
  },
  {
    name: 'a stale generated document fails docs --check',
    file: 'docs/errors.md',
    plant: (text) => `${text}\nplanted\n`,
    check: ['scripts/docs.mjs', '--check'],
    expect: /errors\.md/,
  },
  {
    name: 'a broken rule fails hunt validate --strict',
    file: 'queries/planted.yaml',
    plant: () => 'id: not-a-guid\nname: planted\nquery: AzureActivity | where NoSuchColumn == 1\n',
    check: ['bin/hunt.mjs', 'validate', '--strict', 'queries'],
    expect: /planted\.yaml/,
  },
  {
    name: 'a wrong expectation fails hunt test',
    file: 'queries/azure-run-command/planted.test.yaml',
    plant: () =>
      'rule: 5239248b-abfb-4c6a-8177-b104ade5db56\ntests:\n  - name: planted\n    at: 2026-03-03T00:00:00Z\n' +
      '    tables: { AzureActivity: [] }\n    expect: { incidents: 1 }\n',
    check: ['bin/hunt.mjs', 'test'],
    expect: /planted/,
  },
]

const copy = mkdtempSync(join(tmpdir(), 'hunt-planted-'))
let missed = 0
try {
  copyTree()
  for (const violation of violations) if (!isCaught(violation)) missed += 1
} finally {
  rmSync(copy, { recursive: true, force: true })
}
process.stdout.write(`${violations.length - missed} planted violations caught, ${missed} missed\n`)
process.exitCode = missed === 0 ? 0 : 1

function copyTree() {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
  for (const file of tracked.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(root, file), join(copy, file))
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true })
}

function isCaught({ name, file, plant, check, expect }) {
  const path = join(copy, file)
  const before = readIfPresent(path)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, plant(before ?? ''))
  const run = spawnSync(process.execPath, check, {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
  if (before === undefined) rmSync(path)
  else writeFileSync(path, before)
  const said = `${run.stdout}${run.stderr}`
  const caught = run.status !== 0 && expect.test(said)
  process.stdout.write(`${caught ? 'ok    ' : 'MISSED'}  ${name}\n`)
  if (!caught) process.stdout.write(`        exit ${run.status}; expected ${expect} in:\n${said.slice(-2000)}\n`)
  return caught
}

function readIfPresent(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}
