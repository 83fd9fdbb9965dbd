import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { textLines } from '../../../src/files/text-lines.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const CASES: Readonly<Record<string, readonly [text: string, lines: readonly string[]]>> = {
  'an empty file has none': ['', []],
  'the last line need not end': ['a\nb', ['a', 'b']],
  'blank lines count': ['\n\na\n\n', ['', '', 'a', '']],
  'line separators of Unicode and carriage returns are part of a line': ['a\u2028b\r\nc\rd', ['a\u2028b\r', 'c\rd']],
  'lines longer than what is read at once': [
    `${'ä'.repeat(200_000)}\nb\n${'c'.repeat(70_000)}`,
    ['ä'.repeat(200_000), 'b', 'c'.repeat(70_000)],
  ],
}

for (const [title, [text, lines]] of Object.entries(CASES)) {
  test(title, async (t) => {
    const path = join(tempFolder(t), 'lines.txt')
    writeFileSync(path, text)
    const found: (readonly [number, string])[] = []
    for await (const line of textLines(path)) found.push(line)
    assert.deepEqual(
      found,
      lines.map((line, index) => [index + 1, line]),
    )
  })
}
