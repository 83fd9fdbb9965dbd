import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ServiceFault } from '../../../src/emulator/service-errors.ts'
import { intersect, parseTimespan } from '../../../src/emulator/timespan.ts'
import { window } from '../../support/azure-logs.ts'
import { at } from '../../support/instants.ts'

const NOW = at('2026-03-31T12:00:00Z')

describe('timespan', () => {
  const rows = [
    ['a duration ends now', 'PT1H', window('2026-03-31T11:00:00Z', '2026-03-31T12:00:00Z')],
    ['days', 'P1D', window('2026-03-30T12:00:00Z', '2026-03-31T12:00:00Z')],
    ['P10M is ten months', 'P10M', window('2025-05-31T12:00:00Z', '2026-03-31T12:00:00Z')],
    [
      'start and end',
      '2026-03-01T00:00:00.000Z/2026-03-02T00:00:00.500Z',
      window('2026-03-01T00:00:00Z', '2026-03-02T00:00:00.5Z'),
    ],
    ['dates', '2026-03-01/2026-03-02', window('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z')],
    [
      'an offset',
      '2026-03-01T02:00:00+02:00/2026-03-02T00:00:00Z',
      window('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z'),
    ],
    ['start and duration', '2026-03-01T00:00:00Z/PT90M', window('2026-03-01T00:00:00Z', '2026-03-01T01:30:00Z')],
    ['duration and end', 'P1DT2H/2026-03-03T02:00:00Z', window('2026-03-02T00:00:00Z', '2026-03-03T02:00:00Z')],
    ['nothing', undefined, undefined],
    ['the empty text that the older SDK sends', '', undefined],
  ] as const
  for (const [name, text, expected] of rows) it(name, () => assert.deepEqual(parseTimespan(text, NOW), expected))

  for (const text of ['1h', 'yesterday', '2026-03-02/2026-03-01', 'P1D/P1D', '/', 'PT']) {
    it(`refuses ${text}`, () => {
      assert.throws(
        () => parseTimespan(text, NOW),
        (error) => error instanceof ServiceFault && error.status === 400,
      )
    })
  }
})

describe('two time spans', () => {
  const first = window('2026-03-01T00:00:00Z', '2026-03-03T00:00:00Z')
  const second = window('2026-03-02T00:00:00Z', '2026-03-04T00:00:00Z')
  const apart = window('2026-03-08T00:00:00Z', '2026-03-09T00:00:00Z')
  it('intersect', () =>
    assert.deepEqual(intersect(first, second), window('2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z')))
  it('that do not meet give an empty one', () => {
    const both = intersect(first, apart)
    assert.equal(both?.start, both?.end)
  })
  it('one is enough', () => assert.deepEqual(intersect(undefined, second), second))
})
