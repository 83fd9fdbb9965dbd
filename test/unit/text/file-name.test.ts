import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileNameOf, slugOf } from '../../../src/text/file-name.ts'

for (const [what, text, expected] of [
  ['words', 'Rare Run-Command (PowerShell)', 'rare-run-command-powershell'],
  ['accents', 'Überraschung à Zürich', 'uberraschung-a-zurich'],
  ['a path', '../../etc/passwd', 'etc-passwd'],
  ['nothing that can be kept', '日本', 'unnamed'],
  ['a Windows device', 'CON', 'x-con'],
  ['a Windows device with a superscript', 'COM¹', 'x-com1'],
  ['trailing dots and blanks', 'name. . ', 'name'],
  [
    'a long name is cut between words',
    `${'word '.repeat(20)}`,
    'word-word-word-word-word-word-word-word-word-word-word-word',
  ],
  ['a long word is cut anywhere', 'a'.repeat(100), 'a'.repeat(60)],
] as const) {
  test(`slugOf: ${what}`, () => assert.equal(slugOf(text), expected))
}

for (const text of ['local', 'prod-eu', '5239248b-abfb-4c6a-8177-b104ade5db56']) {
  test(`fileNameOf keeps ${text}`, () => assert.equal(fileNameOf(text), text))
}

test('fileNameOf gives different texts different names, even where case, dots or length would make them one', () => {
  const texts = [
    'prod',
    'Prod',
    'PROD',
    'prod.',
    'prod ',
    'prod/',
    'prod:1',
    'pröd',
    'nul',
    'NUL',
    '..',
    '.',
    '',
    'a'.repeat(300),
  ]
  texts.push('b'.repeat(300), fileNameOf('Prod'))
  const names = texts.map(fileNameOf)
  assert.equal(new Set(names.map((name) => name.toLowerCase())).size, texts.length)
  for (const name of names) assert.match(name, /^[a-z0-9][a-z0-9_-]{0,70}$/)
})
