import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseWindowChoice, windowOf } from '../../../src/cli/window-options.ts'
import { UsageError } from '../../../src/domain/errors.ts'
import { formatInstant } from '../../../src/time/instant.ts'
import { at } from '../../support/instants.ts'

for (const [what, options, expected] of [
  ['both ends', { from: '2026-03-01', to: '2026-03-02T12:00' }, '2026-03-01T00:00:00Z 2026-03-02T12:00:00Z'],
  ['a start; the end is now', { from: '2026-03-01' }, '2026-03-01T00:00:00Z 2026-03-05T00:00:00Z'],
  ['a start and a length', { from: '2026-03-01', period: '36h' }, '2026-03-01T00:00:00Z 2026-03-02T12:00:00Z'],
  ['an end and a length', { to: '2026-03-02', period: 'P1D' }, '2026-03-01T00:00:00Z 2026-03-02T00:00:00Z'],
  ['a length up to now', { period: '1d' }, '2026-03-04T00:00:00Z 2026-03-05T00:00:00Z'],
  [
    'another time zone',
    { from: '2026-03-01T00:00+02:00', to: '2026-03-01T00:00Z' },
    '2026-02-28T22:00:00Z 2026-03-01T00:00:00Z',
  ],
] as const) {
  test(`a window from ${what}`, () => {
    const choice = parseWindowChoice(options)
    assert.ok(choice.kind === 'window')
    const { start, end } = windowOf(choice, at('2026-03-05'))
    assert.equal(`${formatInstant(start)} ${formatInstant(end)}`, expected)
  })
}

test('nothing leaves the window to the rules; --at names a slot', () => {
  assert.deepEqual(parseWindowChoice({}), { kind: 'rule' })
  assert.deepEqual(parseWindowChoice({ at: '2026-03-01' }), { kind: 'slot', at: at('2026-03-01') })
})

for (const [what, options, message] of [
  ['a word for a time', { from: 'yesterday' }, /^--from is "yesterday", which is not an ISO 8601 time$/],
  [
    'a period without a unit that counts',
    { period: '1 month' },
    /^--period is "1 month", which is not a duration longer than zero$/,
  ],
  ['a period of nothing', { period: '0s' }, /^--period is "0s"/],
  ['a period longer than the calendar', { period: 'P10675199D' }, /^--period is "P10675199D", which is longer than/],
  [
    'a time that no log can have',
    { from: '+012026-01-01' },
    /^--from is "\+012026-01-01", which is not an ISO 8601 time$/,
  ],
  ['an end without a start', { to: '2026-03-01' }, /^--to alone does not say where the window starts$/],
  ['all three', { from: '2026-03-01', to: '2026-03-02', period: '1d' }, /together say too much$/],
  [
    'ends in the wrong order',
    { from: '2026-03-02', to: '2026-03-01' },
    /^--from 2026-03-02T00:00:00Z is not before --to 2026-03-01T00:00:00Z$/,
  ],
  [
    'a slot and a window',
    { at: '2026-03-02', period: '1d' },
    /^--at names a slot of the schedule and cannot be combined/,
  ],
] as const) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => parseWindowChoice(options),
      (error: unknown) => error instanceof UsageError && message.test(error.message) && error.hint !== undefined,
    )
  })
}

test('refused: a start in the future', () => {
  const choice = parseWindowChoice({ from: '2026-03-09' })
  assert.throws(() => choice.kind === 'window' && windowOf(choice, at('2026-03-05')), UsageError)
})

for (const [what, options] of [
  ['starts before the year 1', { period: 'P1000000D' }],
  ['ends after the year 9999', { from: '2026-03-01', period: '3000000d' }],
] as const) {
  test(`refused: a window that ${what}`, () => {
    const choice = parseWindowChoice(options)
    assert.throws(
      () => choice.kind === 'window' && windowOf(choice, at('2026-03-05')),
      (error: unknown) => error instanceof UsageError && error.code === 'usage/window',
    )
  })
}
