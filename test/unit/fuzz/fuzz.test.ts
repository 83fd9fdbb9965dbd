/** The fuzzer notices what it is there to notice: an engine that misbehaves stands in for ours. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InternalError, KqlError } from '../../../src/domain/errors.ts'
import type { Cell } from '../../../src/domain/kusto.ts'
import { compile, type Engine } from '../../../src/kql/index.ts'
import type { SpeedPass } from '../../../src/kql/passes/index.ts'
import { minimise } from '../../fuzz/minimise.ts'
import { EMPTY_SCHEMA, openTestEngine } from '../../support/kql.ts'
import { callsFailure } from '../../fuzz/calls.ts'
import { Choices } from '../../fuzz/choices.ts'
import { makeProgram, programsRound } from '../../fuzz/programs.ts'
import { fails, rowTexts } from '../../fuzz/properties.ts'
import { Random } from '../../fuzz/random.ts'
import { anyValue, literal } from '../../fuzz/program-parts.ts'
import { joinedNames, joinRows, sortRows } from '../../fuzz/reference-interpreter.ts'
import { added, dateTicks, difference, startOf, timespanText, weekOfYear } from '../../fuzz/reference-times.ts'
import { cellOf, jsonText, NotAsked, TYPES } from '../../fuzz/reference-values.ts'
import { relationFailure, type Relation } from '../../fuzz/relations.ts'
import { mutate } from '../../fuzz/rule-files.ts'
import type { Round } from '../../fuzz/run.ts'

function engineOf(answer: (text: string) => readonly (readonly Cell[])[]): Engine {
  const query = async (text: string) => ({
    columns: [{ name: 'x', type: 'long' as const }],
    rows: answer(text),
    tables: [],
  })
  return { query } as Partial<Engine> as Engine
}

test('an internal error and a crash are failures, a refusal is none', async () => {
  const throwing = (error: Error): Engine =>
    engineOf(() => {
      throw error
    })
  const bug = await fails(throwing(new InternalError({ code: 'internal/duckdb', message: 'row 7 of "T"' })), 'T')
  assert.equal(bug?.kind, 'internal/duckdb: row 0 of …')
  assert.match((await fails(throwing(new TypeError('x is not a function')), 'T'))?.kind ?? '', /^crash/)
  assert.equal(await fails(throwing(new KqlError({ code: 'kql/unsupported', message: 'no' })), 'T'), undefined)
})

test('a relation that an engine does not keep is a failure, with both queries; a side that is refused says nothing', async () => {
  const relation: Relation = {
    kind: 'halves',
    sides: (query) => [[query], [`${query} | where a`, `${query} | where b`]],
  }
  const rows = (count: number) => Array.from({ length: count }, () => [1n])
  const whole = engineOf((text) => rows(text.includes('where') ? 1 : 2))
  assert.equal(await relationFailure(whole, 'T', relation), undefined)
  const losing = engineOf((text) => rows(text.includes('where b') ? 0 : 1 + Number(!text.includes('where'))))
  const failure = await relationFailure(losing, 'T', relation)
  assert.equal(failure?.kind, 'halves')
  assert.match(failure.detail, /^T\n {2}against\nT \| where a\n\/\/ and\nT \| where b\n/)
  const refusing = engineOf((text) => {
    if (text.includes('where b')) throw new KqlError({ code: 'kql/unsupported', message: 'no' })
    return rows(3)
  })
  assert.equal(await relationFailure(refusing, 'T', relation), undefined)
})

test('a constant that gives another value than a column of it is a failure', async () => {
  const application = { name: 'f', operands: [{ literal: '1', type: 'long' as const }], over: ([x = '']: readonly string[]) => `f(${x})` } // prettier-ignore
  const folding = engineOf((text) => [[text.startsWith('print') ? 1n : 2n]])
  const failure = await callsFailure(folding, application, [['1']], new Set())
  assert.equal(failure?.kind, 'constant: f')
  assert.match(failure.query, /^datatable\(row: long, a0: long\)\[\n {2}0, 1\]\n\| project row, x = f\(a0\)\n/)
  assert.equal(await callsFailure(engineOf(() => [[1n]]), application, [['1']], new Set()), undefined) // prettier-ignore
})

test('a pass that is left out is left out', () => {
  const sqlOf = (without: readonly SpeedPass[]): string =>
    compile('let named = print x = 1; named', EMPTY_SCHEMA, { tables: new Map(), now: 0n, window: undefined, without: new Set(without) }).sql.text // prettier-ignore
  assert.doesNotMatch(sqlOf(['siftScans']), /^WITH/)
  assert.match(sqlOf(['inlineSingleUse']), /^WITH/)
})

test('different values have different texts', () => {
  const columns = [{ name: 'x', type: 'real' as const }, { name: 'y', type: 'string' as const }] // prettier-ignore
  assert.deepEqual(rowTexts({ columns, rows: [[-0, 'null'], [0, ''], [null, 'a|b']] }), ['-0|"null"', '0|""', '∅|"a|b"']) // prettier-ignore
})

test('a failing query shrinks to what makes it fail', async () => {
  const pipeline = { source: 'T', operators: ['where a > 1', 'extend x = strcat("a", bad(b, "c"))', 'count'] }
  assert.equal(await minimise(pipeline, async (text) => text.includes('bad(')), 'T\n| extend x = bad(b, "c")')
})

test('a seed stands for one run', () => {
  const numbers = (seed: number): number[] => {
    const random = new Random(seed)
    return Array.from({ length: 5 }, () => random.integer(1000))
  }
  assert.deepEqual(numbers(7), numbers(7))
  assert.notDeepEqual(numbers(7), numbers(8))
  const bytes = Buffer.from('id: 1\nquery: T\n')
  assert.deepEqual(mutate(bytes, new Random(3)), mutate(bytes, new Random(3)))
})

test('an engine that answers a program otherwise than the interpreter is found, and the program shrinks', async () => {
  const engine = await openTestEngine()
  try {
    assert.equal((await programsRound(engine, 3)).finding, undefined)
    const lying = { query: (text: string) => engine.query(text.replaceAll('tostring(', 'strcat("?", ')) } as Partial<Engine> as Engine // prettier-ignore
    const rounds: Round[] = []
    for (let seed = 1; seed < 60 && rounds.every(({ finding }) => finding === undefined); seed++) {
      rounds.push(await programsRound(lying, seed))
    }
    const { finding } = rounds.at(-1) ?? {}
    assert.equal(finding?.kind, 'program: rows')
    assert.match(finding.query, /tostring\(/)
    assert.ok(finding.query.length < 200, finding.query)
  } finally {
    engine.close()
  }
})

test('choices lead to the same again, and none to the simplest', () => {
  const text = (choices: Choices): string => makeProgram(choices).text
  assert.equal(text(new Choices(5)), text(new Choices(5)))
  assert.notEqual(text(new Choices(5)), text(new Choices(6)))
  assert.equal(text(new Choices([])), 'datatable(k:long)[]')
})

test('the interpreter joins, sorts and names as the reference says', () => {
  const left = { rows: [[1n], [null], [2n]], fields: [{ name: 'k', type: 'long' as const }], keys: [0] }
  const right = { rows: [[1n, 'a'], [3n, 'b']], fields: [{ name: 'k', type: 'long' as const }, { name: 's', type: 'string' as const }], keys: [0] } // prettier-ignore
  assert.deepEqual(joinRows('fullouter', left, right), [[1n, 1n, 'a'], [null, null, ''], [2n, null, ''], [null, 3n, 'b']]) // prettier-ignore
  assert.deepEqual(joinRows('rightanti', left, right), [[3n, 'b']])
  assert.deepEqual(joinedNames(left.fields, right.fields).map(({ name }) => name), ['k1', 's']) // prettier-ignore
  assert.deepEqual(sortRows(left.rows, [{ of: ([k = null]) => k, isDescending: true, areNullsFirst: false }]), [
    [2n],
    [1n],
    [null],
  ])
})

test('a value of each type, as a literal and as a cell, is what the engine reads of it', async () => {
  const engine = await openTestEngine()
  try {
    for (const type of TYPES) {
      const values = Array.from({ length: 40 }, (_, seed) => anyValue(new Choices(seed), type))
      const { columns, rows } = await engine.query(`datatable(x:${type})[${values.map((value) => literal(value, type)).join(', ')}]`) // prettier-ignore
      assert.deepEqual(rowTexts({ columns, rows }), rowTexts({ columns, rows: values.map((value) => [cellOf(value, type)]) })) // prettier-ignore
    }
  } finally {
    engine.close()
  }
})

test('the interpreter reckons with times as the reference says, and leaves what no page tells', () => {
  const leapDay = dateTicks(2020, 2, 29)
  assert.equal(startOf('week', leapDay), dateTicks(2020, 2, 23))
  assert.equal(startOf('quarter', leapDay), dateTicks(2020, 1, 1))
  assert.equal(added('year', 1, leapDay), dateTicks(2021, 2, 28))
  assert.equal(difference('month', dateTicks(2020, 3, 1), leapDay), 1n)
  assert.deepEqual(
    [dateTicks(2021, 1, 3), dateTicks(2020, 12, 28), dateTicks(2018, 12, 31)].map(weekOfYear),
    [53, 53, 1],
  )
  assert.equal(timespanText(-864_000_000_001n), '-1.00:00:00.0000001')
  assert.equal(jsonText(new Map([['a', [1n, 1, 'x', null]]])), '{"a":[1,1.0,"x",null]}')
  assert.throws(() => jsonText(0.1 + 0.2), NotAsked)
})
