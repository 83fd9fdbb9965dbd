import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { IncompleteError } from '../../../src/domain/errors.ts'
import { TEMPORARY_SUFFIX, writeAtomically } from '../../../src/files/write-atomically.ts'
import { tempFolder } from '../../support/temp-folder.ts'

test('creates the folder, writes the file and leaves no temporary', async (t) => {
  const folder = join(tempFolder(t), 'a', 'b')
  await writeAtomically(join(folder, 'x.txt'), 'Zürich\n')
  assert.equal(readFileSync(join(folder, 'x.txt'), 'utf8'), 'Zürich\n')
  assert.deepEqual(readdirSync(folder), ['x.txt'])
})

test('writes chunks beyond its buffer in order', async (t) => {
  const path = join(tempFolder(t), 'x.txt')
  const lines = Array.from({ length: 100_000 }, (_, n) => `line ${n}\n`)
  await writeAtomically(path, lines)
  assert.equal(readFileSync(path, 'utf8'), lines.join(''))
})

test('a failure while the text is made leaves the old file and no temporary', async (t) => {
  const folder = tempFolder(t)
  const path = join(folder, 'x.txt')
  await writeAtomically(path, 'old')
  function* failing(): Generator<string> {
    yield 'new'
    throw new Error('no more')
  }
  await assert.rejects(writeAtomically(path, failing()), /could not write .*x\.txt: no more/)
  assert.equal(readFileSync(path, 'utf8'), 'old')
  assert.deepEqual(readdirSync(folder), ['x.txt'])
})

test('writers of one file do not disturb each other: the file is one of theirs, whole', async (t) => {
  const folder = tempFolder(t)
  const path = join(folder, 'x.txt')
  const texts = Array.from({ length: 20 }, (_, n) => String(n).repeat(50_000))
  await Promise.all(texts.map((text) => writeAtomically(path, text)))
  assert.ok(texts.includes(readFileSync(path, 'utf8')))
  assert.deepEqual(readdirSync(folder), ['x.txt'])
})

test('passes over the temporary of a crashed writer', async (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, `.x.txt.0${TEMPORARY_SUFFIX}`), 'half')
  await writeAtomically(join(folder, 'x.txt'), 'whole')
  assert.equal(readFileSync(join(folder, 'x.txt'), 'utf8'), 'whole')
})

test('a file in the place of a folder is named, with what to do', async (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'file'), '')
  await assert.rejects(writeAtomically(join(folder, 'file', 'x.txt'), ''), (error) => {
    assert.ok(error instanceof IncompleteError)
    assert.equal(error.code, 'files/unwritable')
    assert.match(error.message, /could not write .*file.x\.txt: E(NOTDIR|EXIST)/)
    assert.ok(error.hint)
    return true
  })
})

test('a read-only folder is named', { skip: process.getuid?.() === 0 && 'root may write everywhere' }, async (t) => {
  const folder = join(tempFolder(t), 'locked')
  mkdirSync(folder)
  chmodSync(folder, 0o500)
  await assert.rejects(writeAtomically(join(folder, 'x.txt'), ''), /EACCES/)
})

// The system cuts the write short exactly as on a full disk, and refuses the rest: what a single fs.write overlooks.
// The lengths lie below and above the size at which chunks are written together.
for (const length of [100_000, 1_000_000]) {
  test(
    `a write of ${length} that the system cuts short is an error, and the old file stays`,
    { skip: process.platform === 'win32' },
    (t) => {
      const path = join(tempFolder(t), 'x.txt')
      writeFileSync(path, 'old')
      const module = new URL('../../../src/files/write-atomically.ts', import.meta.url).href
      const script = `
        import { writeAtomically } from ${JSON.stringify(module)}
        const text = 'n'.repeat(${length})
        await writeAtomically(${JSON.stringify(path)}, text).catch((error) => console.log(error.message))
      `
      const child = spawnSync(
        'bash',
        ['-c', 'ulimit -f 64; exec "$0" --import tsx --input-type=module -e "$1"', process.execPath, script],
        { encoding: 'utf8', env: { ...process.env, TSX_DISABLE_CACHE: '1' } },
      )
      assert.match(child.stdout, /could not write .*EFBIG/, child.stderr)
      assert.equal(readFileSync(path, 'utf8'), 'old')
      assert.equal(existsSync(join(path, '..', `.x.txt.0${TEMPORARY_SUFFIX}`)), false)
    },
  )
}
