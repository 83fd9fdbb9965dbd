import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { test } from 'node:test'
import { IncompleteError } from '../../src/domain/errors.ts'
import type { ResultWriter } from '../../src/domain/ports.ts'
import type { RunOutcome } from '../../src/domain/run.ts'
import { createResultWriter } from '../../src/output/index.ts'
import { days, milliseconds } from '../../src/time/duration.ts'
import { minus, plus } from '../../src/time/instant.ts'
import { fakeClock } from '../support/instants.ts'
import { outcomeOf, runKey, SLOT } from '../support/outcomes.ts'
import { scheduledRule } from '../support/rules.ts'
import { namesTable } from '../support/tables.ts'
import { tempFolder } from '../support/temp-folder.ts'

const writerFor = (folder: string): ResultWriter => createResultWriter({ folder, clock: fakeClock() })
const listing = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
const failed: Partial<RunOutcome> = {
  status: 'failed',
  findings: [],
  error: { code: 'backend/timeout', message: 'slow', retryable: true, context: {} },
}

test('a run leaves a CSV and a JSON file, named after rule, slot and workspace', async (t) => {
  const folder = join(tempFolder(t), 'output')
  const { paths } = await writerFor(folder).write(outcomeOf())
  assert.deepEqual(listing(folder), [
    'rare-script--5239248b-abfb-4c6a-8177-b104ade5db56/20260302T000000Z--local.csv',
    'rare-script--5239248b-abfb-4c6a-8177-b104ade5db56/20260302T000000Z--local.json',
  ])
  assert.deepEqual(paths.map((path) => basename(path)).sort(), [
    '20260302T000000Z--local.csv',
    '20260302T000000Z--local.json',
  ])
})

test('the same outcome gives the same files, byte for byte', async (t) => {
  const folder = tempFolder(t)
  const contents = (): readonly string[] => listing(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  await writerFor(folder).write(outcomeOf())
  const before = contents()
  await writerFor(folder).write(outcomeOf())
  assert.deepEqual(contents(), before)
})

test('other rules, workspaces, slots and windows have files of their own', async (t) => {
  const folder = tempFolder(t)
  const writer = writerFor(folder)
  const outcomes = [
    outcomeOf(),
    outcomeOf({ key: runKey({ slot: plus(SLOT, days(1)) }) }),
    outcomeOf({ key: runKey({ slot: plus(SLOT, milliseconds(1)) }) }),
    outcomeOf({ key: runKey({ workspace: 'Prod' }) }),
    outcomeOf({ key: runKey({ workspace: 'prod' }) }),
    outcomeOf({ rule: scheduledRule({ id: 'ffffffff-abfb-4c6a-8177-b104ade5db56' }) }),
    outcomeOf({ key: runKey({ windowOverride: 'a/b' }) }),
    outcomeOf({ key: runKey({ windowOverride: 'c/d' }) }, { window: { start: minus(SLOT, days(7)), end: SLOT } }),
  ]
  for (const outcome of outcomes) await writer.write(outcome)
  const names = listing(folder)
  assert.equal(new Set(names.map((name) => name.toLowerCase())).size, 2 * outcomes.length, names.join('\n'))
  assert.ok(
    names.includes(
      'rare-script--5239248b-abfb-4c6a-8177-b104ade5db56/20260302T000000Z--local--20260223T000000Z-20260302T000000Z.json',
    ),
  )
})

test('hostile names stay one folder and one file below the root', async (t) => {
  const root = tempFolder(t)
  const folder = join(root, 'output')
  const rule = scheduledRule({ name: '../../../etc/con' })
  await writerFor(folder).write(outcomeOf({ rule, key: runKey({ workspace: '..\\..\\nul' }) }))
  const [csv] = listing(root)
  assert.match(
    csv ?? '',
    /^output\/etc-con--5239248b-abfb-4c6a-8177-b104ade5db56\/20260302T000000Z--nul-[0-9a-f]{8}\.csv$|^output\/etc-con--5239248b-abfb-4c6a-8177-b104ade5db56\/20260302T000000Z--x-nul-[0-9a-f]{8}\.csv$/,
  )
})

test('a failed run leaves a JSON file that says so, beside the complete one', async (t) => {
  const folder = tempFolder(t)
  const writer = writerFor(folder)
  await writer.write(outcomeOf())
  await writer.write(outcomeOf({}, failed))
  assert.deepEqual(
    listing(folder).map((name) => basename(name)),
    ['20260302T000000Z--local.csv', '20260302T000000Z--local.failed.json', '20260302T000000Z--local.json'],
  )
})

test('what exclusions hid stands in a file of its own, which goes with the last hidden row', async (t) => {
  const folder = tempFolder(t)
  const outcome = outcomeOf()
  const [finding] = outcome.findings
  assert.ok(finding)
  const excluded = [{ finding, by: ['patching'] }]
  await writerFor(folder).write({ ...outcome, excluded })
  assert.ok(listing(folder).some((name) => name.endsWith('/20260302T000000Z--local.excluded.csv')))
  await writerFor(folder).write(outcome)
  assert.ok(!listing(folder).some((name) => name.includes('excluded')))
  await writerFor(folder).write({ ...outcome, excluded, status: 'partial' })
  assert.ok(listing(folder).some((name) => name.endsWith('.partial.excluded.csv')))
  await writerFor(folder).write({ ...outcome, excluded })
  assert.deepEqual(
    listing(folder).filter((name) => name.includes('partial')),
    [],
  )
})

test('a better attempt removes what a worse one left, and only that', async (t) => {
  const folder = tempFolder(t)
  const writer = writerFor(folder)
  const other = outcomeOf({ key: runKey({ workspace: 'prod' }) }, failed)
  await writer.write(other)
  await writer.write(outcomeOf({}, failed))
  await writer.write(outcomeOf({}, { status: 'partial' }))
  assert.deepEqual(
    listing(folder).map((name) => basename(name)),
    [
      '20260302T000000Z--local.partial.csv',
      '20260302T000000Z--local.partial.json',
      '20260302T000000Z--prod.failed.json',
    ],
  )
  await writer.write(outcomeOf())
  assert.deepEqual(
    listing(folder).map((name) => basename(name)),
    ['20260302T000000Z--local.csv', '20260302T000000Z--local.json', '20260302T000000Z--prod.failed.json'],
  )
})

test('one format alone', async (t) => {
  const folder = tempFolder(t)
  await createResultWriter({ folder, clock: fakeClock(), formats: ['csv'] }).write(outcomeOf())
  assert.deepEqual(
    listing(folder).map((name) => basename(name)),
    ['20260302T000000Z--local.csv'],
  )
})

test('what a crashed writer left is swept', async (t) => {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'rare-script--5239248b-abfb-4c6a-8177-b104ade5db56'))
  const left = join(folder, 'rare-script--5239248b-abfb-4c6a-8177-b104ade5db56', '.x.json.0.hunt-tmp')
  writeFileSync(left, 'half')
  utimesSync(left, new Date('2026-03-01'), new Date('2026-03-01'))
  await writerFor(folder).write(outcomeOf())
  assert.equal(listing(folder).length, 2)
})

test('a link that leads out of the output folder is not followed', async (t) => {
  const root = tempFolder(t)
  mkdirSync(join(root, 'output'))
  mkdirSync(join(root, 'elsewhere'))
  symlinkSync(join(root, 'elsewhere'), join(root, 'output', 'rare-script--5239248b-abfb-4c6a-8177-b104ade5db56'))
  await assert.rejects(writerFor(join(root, 'output')).write(outcomeOf()), /a symbolic link leads out of/)
  assert.deepEqual(readdirSync(join(root, 'elsewhere')), [])
})

test('a folder that cannot be written is an IncompleteError that names it', async (t) => {
  const folder = join(tempFolder(t), 'output')
  writeFileSync(folder, 'a file in the way')
  await assert.rejects(writerFor(folder).write(outcomeOf()), (error) => {
    assert.ok(error instanceof IncompleteError)
    assert.ok(error.message.includes(folder), error.message)
    assert.ok(error.hint)
    return true
  })
})

test('a large result is written without gathering it first', async (t) => {
  const folder = tempFolder(t)
  const outcome = outcomeOf({ table: namesTable(...Array.from({ length: 20_000 }, (_, n) => `vm-${n}`)) })
  const { paths } = await writerFor(folder).write(outcome)
  for (const path of paths) assert.ok(readFileSync(path, 'utf8').includes('vm-19999'))
})
