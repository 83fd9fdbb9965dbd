import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createFaultScript, FAULTS, parseFault } from '../../../src/emulator/faults.ts'
import { ServiceFault } from '../../../src/emulator/service-errors.ts'

describe('faults', () => {
  it('are read as kind and parameters', () => {
    assert.deepEqual(parseFault(' throttle ; retry-after = 7;'), {
      kind: 'throttle',
      parameters: { 'retry-after': '7' },
    })
  })
  it('of an unknown kind are refused with the known ones', () => {
    assert.throws(
      () => parseFault('toString'),
      (error) => error instanceof ServiceFault && JSON.stringify(error.envelope).includes('throttle, unavailable'),
    )
  })
  it('either answer or distort', () => {
    for (const [kind, { reply, distort }] of Object.entries(FAULTS)) {
      assert.equal((reply === undefined) !== (distort === undefined), true, kind)
    }
  })
  it('of a script go one to each request', () => {
    const script = createFaultScript()
    script.add(['empty', 'cut'].map(parseFault))
    assert.deepEqual(
      [script.next('service')?.kind, script.next('service')?.kind, script.next('service')],
      ['empty', 'cut', undefined],
    )
  })
})
