import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SERVICE_LIMITS } from '../../../src/emulator/options.ts'
import { parsePreferences } from '../../../src/emulator/preferences.ts'
import { ServiceFault } from '../../../src/emulator/service-errors.ts'
import { minutes, seconds } from '../../../src/time/duration.ts'

const parse = (header: string | undefined, strict = true) =>
  parsePreferences(header, { strict, limits: SERVICE_LIMITS })

describe('Prefer', () => {
  it('is three minutes and nothing else by default', () => {
    assert.deepEqual(parse(undefined), {
      wait: minutes(3),
      statistics: false,
      render: false,
      permissions: false,
      dataSources: false,
      applied: undefined,
    })
  })
  it('is read token by token', () => {
    assert.deepEqual(parse('wait=20, include-statistics=true,include-render=true'), {
      wait: seconds(20),
      statistics: true,
      render: true,
      permissions: false,
      dataSources: false,
      applied: 'wait=20',
    })
  })
  it('accepts what the contract names beside', () => {
    assert.equal(parse('include-dataSources=true,include-permissions=true,include-render=false').permissions, true)
    assert.equal(parse('include-dataSources=true').dataSources, true)
  })
  for (const header of ['wait=601', 'wait=0', 'wait=soon', 'wait', 'include-statistic=true', 'include-render=yes']) {
    it(`refuses ${header}, and lets it pass when loose`, () => {
      assert.throws(
        () => parse(header),
        (error) => error instanceof ServiceFault && error.status === 400,
      )
      assert.doesNotThrow(() => parse(header, false))
    })
  }
})
