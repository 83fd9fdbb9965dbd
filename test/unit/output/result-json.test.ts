import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExclusionUse } from '../../../src/domain/exclusion.ts'
import type { RunOutcome } from '../../../src/domain/run.ts'
import { jsonPieces } from '../../../src/output/result-json.ts'
import { hours, milliseconds } from '../../../src/time/duration.ts'
import { plus } from '../../../src/time/instant.ts'
import { outcomeOf, runKey, SLOT } from '../../support/outcomes.ts'
import { groupingRule, huntingQuery, mapping, scheduledRule } from '../../support/rules.ts'
import { assertFits } from '../../support/schemas.ts'
import { namesTable, table } from '../../support/tables.ts'

interface Document {
  readonly findings: readonly {
    readonly isNew: boolean
    readonly row: Readonly<Record<string, unknown>>
    readonly firstRecorded: unknown
  }[]
  readonly incidents: { readonly updated: readonly { readonly alertIds: readonly string[] }[] }
  readonly window: { readonly chosenBy: string }
  readonly statistics: { readonly backend: unknown }
}

function documentOf(outcome: RunOutcome): Document {
  const document: unknown = JSON.parse([...jsonPieces(outcome)].join(''))
  assertFits('run-result.schema.json', document)
  return document as Document
}

const rule = scheduledRule({
  entityMappings: [mapping('Account', { Name: 'Name' }), mapping('Host', { HostName: 'Gone' })],
  customDetails: { who: 'Name' },
})
const first = outcomeOf({ rule: groupingRule({ matchingMethod: 'AnyAlert' }) })
const known = first.opened.map((incident) => ({ incident, closed: false }))

const use: ExclusionUse = {
  name: 'patching',
  when: 'Name == "vm-1"',
  owner: 'ops',
  reason: 'patch day',
  expires: SLOT,
  rowCount: 1,
  fault: undefined,
}
const hidden = [...first.findings].map((finding) => ({ finding, by: ['patching'] }))

for (const [what, outcome] of [
  ['a finding', outcomeOf()],
  ['excluded findings', outcomeOf({}, { excluded: hidden, exclusions: [use] })],
  [
    'nothing but excluded findings',
    outcomeOf(
      { table: namesTable() },
      { excluded: hidden, exclusions: [use, { ...use, expires: undefined, fault: 'no' }] },
    ),
  ],
  ['entities and problems', outcomeOf({ rule, table: namesTable('bob@contoso.com', '', 'root') })],
  ['nothing found', outcomeOf({ table: namesTable() })],
  [
    'an alert on an empty result',
    outcomeOf({ rule: scheduledRule({ trigger: { operator: 'lt', threshold: 1 } }), table: namesTable() }),
  ],
  ['a hunting query', outcomeOf({ rule: huntingQuery({ version: undefined }) })],
  [
    'an incident that grew',
    outcomeOf({ rule: first.rule, known, key: runKey({ slot: plus(SLOT, hours(1)) }), table: namesTable('b') }),
  ],
  [
    'a partial answer',
    outcomeOf(
      {},
      { status: 'partial', error: { code: 'backend/partial', message: 'cut', retryable: false, context: { rows: 5 } } },
    ),
  ],
  [
    'a failure in the rule file',
    outcomeOf(
      {},
      {
        status: 'failed',
        columns: [],
        findings: [],
        alerts: [],
        opened: [],
        error: {
          code: 'kql/unknown-column',
          message: 'no',
          hint: 'do',
          retryable: false,
          context: {},
          exitCode: 6,
          span: { file: 'r.yaml', line: 11, column: 3, length: 4 },
        },
      },
    ),
  ],
  ['odd instants', outcomeOf({ key: runKey({ slot: plus(SLOT, milliseconds(5)) }) })],
] as const) {
  test(`fits its schema: ${what}`, () => void documentOf(outcome))
}

test('the schema refuses what it does not know', () => {
  assert.throws(
    () => assertFits('run-result.schema.json', { ...documentOf(outcomeOf()), surprise: 1 }),
    /additional properties/,
  )
})

test('cells keep their values, by name and type', () => {
  const columns = {
    B: 'bool',
    I: 'int',
    L: 'long',
    M: 'long',
    R: 'real',
    N: 'real',
    D: 'decimal',
    T: 'datetime',
    Y: 'dynamic',
    Z: 'dynamic',
    S: 'string',
    ['__proto__']: 'string',
  } as const
  const row = [
    true,
    -7,
    9007199254740991n,
    9007199254740993n,
    0.1,
    Number.NaN,
    '1.10',
    '2026-03-01T10:00:00.1234567Z',
    '{"b":[1]}',
    '12',
    null,
    'x',
  ]
  const [finding] = documentOf(outcomeOf({ table: table(columns, row) })).findings
  assert.deepEqual(Object.entries(finding?.row ?? {}), [
    ['B', true],
    ['I', -7],
    ['L', 9007199254740991],
    ['M', '9007199254740993'],
    ['R', 0.1],
    ['N', 'NaN'],
    ['D', '1.10'],
    ['T', '2026-03-01T10:00:00.1234567Z'],
    ['Y', { b: [1] }],
    ['Z', '12'],
    ['S', null],
    ['__proto__', 'x'],
  ])
})

test('one finding a line, also when there are many', () => {
  const text = [
    ...jsonPieces(outcomeOf({ table: namesTable(...Array.from({ length: 30 }, (_, n) => `vm\n${n}`)) })),
  ].join('')
  const lines = text.split('\n').filter((line) => line.startsWith('    {"id"'))
  assert.equal(lines.length, 30)
  lines.forEach((line) => JSON.parse(line.replace(/,$/, '')))
})

test('says where a known finding was first recorded', () => {
  const outcome = outcomeOf()
  const findings = [...outcome.findings].map((finding) => ({
    ...finding,
    isNew: false,
    firstRecorded: { slot: SLOT, incidentId: 'i' },
  }))
  const [finding] = documentOf({ ...outcome, findings }).findings
  assert.equal(finding?.isNew, false)
  assert.deepEqual(finding?.firstRecorded, {
    slot: '2026-03-02T00:00:00Z',
    incidentId: 'i',
  })
})

test('an updated incident lists all its alerts by id', () => {
  const outcome = outcomeOf({
    rule: first.rule,
    known,
    key: runKey({ slot: plus(SLOT, hours(1)) }),
    table: namesTable('b'),
  })
  assert.deepEqual(documentOf(outcome).incidents.updated[0]?.alertIds, [first.alerts[0]?.id, outcome.alerts[0]?.id])
})

test('a window that the caller chose is told apart', () => {
  const key = runKey({ windowOverride: 'a/b' })
  assert.deepEqual(
    [documentOf(outcomeOf()).window.chosenBy, documentOf(outcomeOf({ key })).window.chosenBy],
    ['rule', 'caller'],
  )
})

test('statistics of the backend may hold 64-bit numbers', () => {
  const outcome = outcomeOf()
  const statistics = { ...outcome.statistics, backend: { bytes: 9007199254740993n } }
  assert.deepEqual(documentOf({ ...outcome, statistics }).statistics.backend, { bytes: '9007199254740993' })
})
