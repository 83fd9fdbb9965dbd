import assert from 'node:assert/strict'
import { it } from 'node:test'
import { redact } from '../../../src/azure/redact.ts'

it('takes tokens and secrets out of somebody else’s message', () => {
  const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl'
  assert.equal(redact(`bad\n token ${token} of hush~hush, hush~hush`, ['hush~hush', '']), 'bad token *** of ***, ***')
})

it('takes out what a gateway gives back of the header Authorization, and leaves prose', () => {
  assert.equal(
    redact('got Authorization: Bearer opaque-token_4711.hush~x+/y== here', []),
    'got Authorization: Bearer *** here',
  )
  assert.equal(redact('Basic aHVudDpodXNoLWh1c2g=', []), 'Basic ***')
  assert.equal(redact('the Bearer authentication is missing', []), 'the Bearer authentication is missing')
  assert.equal(redact('eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVydGV4dA.dGFn', []), '***')
})

it('knows a secret in the body of a form', () => {
  assert.equal(redact('client_secret=a%2Fb%2Bhush%3D&x=1', ['a/b+hush=']), 'client_secret=***&x=1')
})

it('keeps messages short', () => {
  assert.equal(redact('x'.repeat(5000), []).length, 601)
})
