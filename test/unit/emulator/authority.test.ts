import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SignJWT, generateKeyPair } from 'jose'
import { assertionProblem, createAuthority } from '../../../src/emulator/authority.ts'
import { DEFAULT_IDENTITY } from '../../../src/emulator/options.ts'
import { ServiceFault } from '../../../src/emulator/service-errors.ts'
import { hours } from '../../../src/time/duration.ts'
import { minus } from '../../../src/time/instant.ts'
import { at } from '../../support/instants.ts'
import { recordingClock } from '../../support/recording-clock.ts'

const NOW = at('2026-03-02T12:00:00Z')
const AUDIENCE = 'https://api.loganalytics.io'
const OWN = 'https://127.0.0.1:8443'
const authority = createAuthority(DEFAULT_IDENTITY, recordingClock(NOW), () => OWN)
const refusedAs = (code: string) => (error: unknown) =>
  error instanceof ServiceFault && error.status === 403 && error.envelope.error.code === code

describe('tokens', () => {
  for (const audience of [
    AUDIENCE,
    `${AUDIENCE}/`,
    'https://api.loganalytics.us',
    'https://api.loganalytics.azure.cn',
    // Some clients take the endpoint for the audience.
    OWN,
  ]) {
    it(`for ${audience} are good`, async () => {
      await authority.check(await authority.issue(audience))
    })
  }
  it('for another service are refused', async () => {
    const token = await authority.issue('https://management.azure.com')
    await assert.rejects(authority.check(token), refusedAs('InvalidAuthenticationTokenAudience'))
  })
  it('of yesterday are refused', async () => {
    const token = await authority.issue(AUDIENCE, { issuedAt: minus(NOW, hours(24)) })
    await assert.rejects(authority.check(token), refusedAs('InvalidAuthenticationToken'))
  })
  it('that are none are refused', async () => {
    await assert.rejects(authority.check('abc'), refusedAs('InvalidAuthenticationToken'))
  })
  it('of another authority are refused', async () => {
    const other = createAuthority(DEFAULT_IDENTITY, recordingClock(NOW), () => OWN)
    await assert.rejects(authority.check(await other.issue(AUDIENCE)), refusedAs('InvalidTokenError'))
  })
  it('without a signature are refused', async () => {
    const [header, payload] = (await authority.issue(AUDIENCE)).split('.')
    await assert.rejects(authority.check(`${header}.${payload}.`), refusedAs('InvalidTokenError'))
  })
})

describe('client assertions', () => {
  const assertion = async (expires: number) => {
    const { privateKey } = await generateKeyPair('RS256')
    return new SignJWT({}).setProtectedHeader({ alg: 'RS256' }).setExpirationTime(expires).sign(privateKey)
  }
  it('of this moment are taken', async () => {
    assert.equal(assertionProblem(await assertion(NOW / 1000 + 60), recordingClock(NOW)), undefined)
  })
  it('that have expired are not', async () => {
    assert.match(String(assertionProblem(await assertion(NOW / 1000 - 3600), recordingClock(NOW))), /expired/)
  })
  it('that are none are not', () => {
    assert.match(String(assertionProblem('abc', recordingClock(NOW))), /not a token/)
  })
})
