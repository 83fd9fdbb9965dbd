import assert from 'node:assert/strict'
import { it } from 'node:test'
import { redact } from '../../../src/azure/redact.ts'

it('takes tokens and secrets out of somebody else’s message', () => {
  const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl'
  assert.equal(redact(`bad\n token ${token} of hush~hush, hush~hush`, ['hush~hush', '']), 'bad token *** of ***, ***')
})

it('keeps messages short', () => {
  assert.equal(redact('x'.repeat(5000), []).length, 601)
})
