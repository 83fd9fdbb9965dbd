import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Instant } from '../../../src/domain/time.ts'
import { openTextCache, whyUnsafe } from '../../../src/files/text-cache.ts'
import { systemClock } from '../../../src/time/system-clock.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const userId = process.geteuid?.()
const options = { clock: systemClock, userId }
const soleFile = (folder: string): string => join(folder, readdirSync(folder)[0] ?? '')
const DAY = 86_400_000

test('a text is kept for the next who asks with its key', (t) => {
  const parent = tempFolder(t)
  const folder = join(parent, 'a', 'b')
  openTextCache(folder, options).set('../key\0', 'first\nsecond «\u2028😀»\n')
  const cache = openTextCache(folder, options)
  assert.equal(cache.get('../key\0'), 'first\nsecond «\u2028😀»\n')
  assert.equal(cache.get('another key'), undefined)
  assert.match(soleFile(folder), /[/\\][0-9a-f]{64}$/)
  if (userId !== undefined) {
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    assert.equal(statSync(soleFile(folder)).mode & 0o777, 0o600)
  }
})

test('what was cut or changed counts as missing, and is replaced', (t) => {
  const folder = tempFolder(t)
  const cache = openTextCache(folder, options)
  cache.set('key', 'a text of some length')
  const path = soleFile(folder)
  const whole = readFileSync(path, 'utf8')
  for (const damaged of ['', '\n', whole.slice(0, -1), whole.replace('some', 'much'), `${whole}\n`]) {
    writeFileSync(path, damaged)
    assert.equal(cache.get('key'), undefined, JSON.stringify(damaged))
  }
  cache.set('key', 'another text')
  assert.equal(cache.get('key'), 'another text')
})

const withoutUsers = userId === undefined && 'no users here'

test('a folder that others may write to, or that is not ours, is not used', { skip: withoutUsers }, (t) => {
  const folder = join(tempFolder(t), 'cache')
  openTextCache(folder, options).set('key', 'text')
  assert.equal(whyUnsafe(folder, userId), undefined)
  chmodSync(folder, 0o775)
  assert.equal(whyUnsafe(folder, userId), 'others may write to it')
  assert.equal(openTextCache(folder, options).get('key'), undefined)
  chmodSync(folder, 0o700)
  assert.equal(openTextCache(folder, options).get('key'), 'text')
  const stranger = openTextCache(folder, { ...options, userId: (userId ?? 0) + 1 })
  assert.equal(stranger.get('key'), undefined)
  stranger.set('another', 'text')
  assert.equal(readdirSync(folder).length, 1)
})

test('a folder that cannot be looked at is not used', (t) => {
  const folder = join(tempFolder(t), 'x'.repeat(300))
  assert.equal(whyUnsafe(folder, userId), 'nobody can say whose it is (ENAMETOOLONG)')
  const cache = openTextCache(folder, options)
  cache.set('key', 'text')
  assert.equal(cache.get('key'), undefined)
})

test('a folder that cannot be made is done without', (t) => {
  const parent = tempFolder(t)
  writeFileSync(join(parent, 'file'), '')
  const cache = openTextCache(join(parent, 'file', 'cache'), options)
  cache.set('key', 'text')
  assert.equal(cache.get('key'), undefined)
})

test('a name that a killed process left behind costs one text, and not for ever', (t) => {
  const folder = tempFolder(t)
  openTextCache(folder, options).set('key', 'text')
  const left = `${soleFile(folder)}.hunt-tmp`
  writeFileSync(left, '')
  openTextCache(folder, options).set('key', 'changed')
  assert.equal(openTextCache(folder, options).get('key'), 'text')
  const clock = { ...systemClock, now: () => (systemClock.now() + 2 * DAY) as Instant }
  openTextCache(folder, { ...options, clock }).set('key', 'changed')
  assert.ok(!existsSync(left))
  assert.equal(openTextCache(folder, options).get('key'), 'changed')
})

test('what nobody has asked for in a month goes, and beyond 4,000 what was not asked for the longest', (t) => {
  const parent = tempFolder(t)
  const folder = join(parent, 'cache')
  mkdirSync(folder, { mode: 0o700 })
  const now = systemClock.now()
  const own = (number: number): string => String(number).padStart(64, '0')
  const file = (name: string, age: number): void => {
    writeFileSync(join(folder, name), '')
    utimesSync(join(folder, name), (now - age) / 1000, (now - age) / 1000)
  }
  const cache = openTextCache(folder, options)
  cache.set('asked for', 'text')
  const asked = soleFile(folder)
  utimesSync(asked, (now - 29 * DAY) / 1000, (now - 29 * DAY) / 1000)
  assert.equal(cache.get('asked for'), 'text')
  file(own(99_999), 31 * DAY)
  file('letter.txt', 31 * DAY)
  for (let number = 0; number < 4_010; number++) file(own(number), 1000 * (number + 1))
  openTextCache(folder, options).set('new', 'text')
  const names = new Set(readdirSync(folder))
  assert.ok(!names.has(own(99_999)))
  assert.ok(names.has('letter.txt'), 'a file of somebody else')
  assert.ok(names.has(own(0)) && !names.has(own(4_009)))
  assert.equal(names.size, 4_002)
  assert.ok(existsSync(asked))
})
