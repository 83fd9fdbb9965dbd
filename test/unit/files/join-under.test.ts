import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { joinUnder } from '../../../src/files/join-under.ts'
import { tempFolder } from '../../support/temp-folder.ts'

test('joins names under a folder that need not exist', async (t) => {
  const root = join(tempFolder(t), 'output')
  assert.equal(await joinUnder(root, 'rule', 'slot.json'), join(root, 'rule', 'slot.json'))
})

test('keeps a relative root relative', async () => {
  assert.equal(await joinUnder('no-such-folder', 'x'), join('no-such-folder', 'x'))
})

for (const [what, names] of [
  ['parent folders', ['..', 'x']],
  ['parent folders further in', ['a', '../../x']],
  ['the root itself', ['.']],
  ['a NUL', ['a\0b']],
] as const) {
  test(`refuses ${what}`, async (t) => {
    await assert.rejects(joinUnder(tempFolder(t), ...names), /leads out of/)
  })
}

test('a name that looks absolute stays under the root', async (t) => {
  const root = tempFolder(t)
  assert.equal(await joinUnder(root, '/etc/passwd'), join(root, 'etc', 'passwd'))
})

test('two dots within a name are a name', async (t) => {
  const root = tempFolder(t)
  assert.equal(await joinUnder(root, '..a..'), join(root, '..a..'))
})

test('refuses a link that leads out, dangling or not, and takes one that stays inside', async (t) => {
  const folder = tempFolder(t)
  const root = join(folder, 'root')
  mkdirSync(join(root, 'inside'), { recursive: true })
  mkdirSync(join(folder, 'outside'))
  symlinkSync(join(folder, 'outside'), join(root, 'out'))
  symlinkSync(join(folder, 'nowhere'), join(root, 'dangling'))
  symlinkSync(join(root, 'inside'), join(root, 'in'))
  await assert.rejects(joinUnder(root, 'out', 'x'), /a symbolic link leads out of/)
  await assert.rejects(joinUnder(root, 'dangling'), /could not follow/)
  assert.equal(await joinUnder(root, 'in', 'x'), join(root, 'in', 'x'))
})

test('the root itself may be a link', async (t) => {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'real'))
  symlinkSync(join(folder, 'real'), join(folder, 'link'))
  assert.equal(await joinUnder(join(folder, 'link'), 'x'), join(folder, 'link', 'x'))
})
