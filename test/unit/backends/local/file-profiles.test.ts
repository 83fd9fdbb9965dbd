import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createLocalBackend } from '../../../../src/backends/local/index.ts'
import { loadedAnswer } from '../../../../src/domain/loaded-answer.ts'
import { minutes } from '../../../../src/time/duration.ts'
import { folderWith, type Files } from './support.ts'

const A = 'a'.repeat(40)
const B = 'b'.repeat(40)
const C = 'c'.repeat(64)
const RUN = { workspace: 'local', window: undefined, now: undefined, timeout: minutes(1) }
const EVENTS = `FileName,SHA1,SHA256,InitiatingProcessSHA1
a.exe,${A.toUpperCase()},${C},${B}
b.exe,${B},,${A}
c.exe,none,,
`
const PROFILES = `SHA1,SHA256,MD5,GlobalPrevalence,GlobalFirstSeen,IsCertificateValid,Signer
${A},${C},m,12,2026-02-01T00:00:00Z,true,Contoso
`

async function asker(t: TestContext, files: Files) {
  const schema = { tables: new Map(), functions: new Map() }
  const backend = createLocalBackend({ dataFolder: await folderWith(t, files), schema })
  t.after(() => backend.close())
  return async (query: string) => {
    const request = { ...RUN, query: `Events | ${query} | sort by FileName asc` }
    return loadedAnswer(await backend.query(request, new AbortController().signal))
  }
}

test('FileProfile finds the profile of the hash that a column holds', async (t) => {
  const ask = await asker(t, { 'Events.csv': EVENTS, 'FileProfiles.csv': PROFILES })
  const shown = 'project FileName, GlobalPrevalence, Signer, IsCertificateValid, ProfileAvailability'
  const known = ['a.exe', 12n, 'Contoso', true, 'Available']
  const unknown = (name: string, availability: string) => [name, null, '', null, availability]
  for (const call of ['FileProfile()', 'FileProfile(SHA1, 1000)', 'FileProfile("SHA1")']) {
    const { table, warnings } = await ask(`invoke ${call} | ${shown}`)
    assert.deepEqual(table.rows, [known, unknown('b.exe', 'Missing'), unknown('c.exe', '')], call)
    assert.deepEqual(warnings, [])
  }
  const bySha256 = await ask(`invoke FileProfile(SHA256) | ${shown}`)
  assert.deepEqual(bySha256.table.rows, [known, unknown('b.exe', ''), unknown('c.exe', '')])
})

test('a column that the table has already gets a suffix', async (t) => {
  const ask = await asker(t, { 'Events.csv': EVENTS, 'FileProfiles.csv': PROFILES })
  const { table } = await ask('invoke FileProfile(InitiatingProcessSHA1) | project FileName, SHA1, SHA11, MD5, Signer')
  assert.deepEqual(table.rows, [
    ['a.exe', A.toUpperCase(), '', '', ''],
    ['b.exe', B, A, 'm', 'Contoso'],
    ['c.exe', 'none', '', '', ''],
  ])
})

test('FileProfile asks for as many files as it is allowed to', async (t) => {
  const ask = await asker(t, { 'Events.csv': EVENTS, 'FileProfiles.csv': PROFILES })
  const { table } = await ask('invoke FileProfile(SHA1, 1) | project FileName, ProfileAvailability')
  assert.deepEqual(table.rows, [['a.exe', 'Available'], ['b.exe', ''], ['c.exe', '']]) // prettier-ignore
})

test('without profiles FileProfile says that it could not ask, and the answer warns', async (t) => {
  const ask = await asker(t, { 'Events.csv': EVENTS })
  const { table, warnings } = await ask(
    'invoke FileProfile() | project FileName, GlobalPrevalence, ProfileAvailability',
  )
  assert.deepEqual(table.rows, [['a.exe', null, 'Error'], ['b.exe', null, 'Error'], ['c.exe', null, '']]) // prettier-ignore
  assert.match(warnings?.join() ?? '', /no table file FileProfiles/)
})

test('what a file says of its own availability stands', async (t) => {
  const profiles = `SHA1,ProfileAvailability\n${A},Error\n`
  const ask = await asker(t, { 'Events.csv': EVENTS, 'FileProfiles.csv': profiles })
  const { table } = await ask('invoke FileProfile() | project FileName, ProfileAvailability')
  assert.deepEqual(table.rows, [['a.exe', 'Error'], ['b.exe', 'Missing'], ['c.exe', '']]) // prettier-ignore
})

test('KQL of the user’s own stands for FileProfile', async (t) => {
  const functions = '// parameters: T:(*), x:string\nT | project Named = x, FileName'
  const ask = await asker(t, { 'Events.csv': EVENTS, 'functions/FileProfile.kql': functions })
  const { table } = await ask('top 1 by FileName asc | invoke FileProfile("SHA256")')
  assert.deepEqual(table.rows, [['SHA256', 'a.exe']])
})
