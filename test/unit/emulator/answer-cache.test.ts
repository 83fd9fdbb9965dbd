import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createAnswerCache } from '../../../src/emulator/answer-cache.ts'
import { seconds } from '../../../src/time/duration.ts'
import { fakeClock } from '../../support/instants.ts'

describe('the answer cache', () => {
  const kept = (directives: readonly string[] = [], age = 30) => {
    const clock = fakeClock()
    const cache = createAnswerCache(clock)
    cache.write('key', directives, 'text')
    clock.advance(seconds(age))
    return cache
  }
  it('answers for two minutes, with the age', () => {
    assert.deepEqual(kept([], 120).read('key', []), { text: 'text', age: 120 })
    assert.equal(kept([], 121).read('key', []), undefined)
  })
  it('answers nobody else', () => assert.equal(kept().read('other', []), undefined))
  it('is passed over by no-cache', () => assert.equal(kept().read('key', ['no-cache']), undefined))
  it('is not written under no-store', () => assert.equal(kept(['no-store']).read('key', []), undefined))
  it('obeys max-age', () => {
    assert.equal(kept().read('key', ['max-age=29']), undefined)
    assert.notEqual(kept().read('key', ['max-age=30']), undefined)
  })
})
