import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elide, elideMiddle, terminalSafe, terminalSafeLines, widthOf } from '../../../src/text/terminal.ts'

for (const [what, text, expected] of [
  ['plain text stays', 'vm-7 Zürich 日本', 'vm-7 Zürich 日本'],
  ['colours and cursor moves', '\u001b[31mred\u001b[2J', '\\x1b[31mred\\x1b[2J'],
  ['a window title', '\u001b]0;owned\u0007', '\\x1b]0;owned\\x07'],
  ['C1 control sequence introducer', '\u009b31m', '\\x9b31m'],
  ['line breaks and tabs', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
  ['right-to-left override', 'gpj\u202eexe', 'gpj\\u202eexe'],
  ['zero width space', 'ad\u200bmin', 'ad\\u200bmin'],
  ['an Arabic letter mark and a letter without a form', 'a\u061cb\u3164c', 'a\\u061cb\\u3164c'],
  ['tags, which repeat ASCII unseen', 'vm\u{e0041}7 \u{1f600}', 'vm\\u{e0041}7 \u{1f600}'],
  ['emoji with joiner shows its joiner', '\u{1f468}\u200d\u{1f4bb}', '\u{1f468}\\u200d\u{1f4bb}'],
] as const) {
  test(`terminalSafe: ${what}`, () => assert.equal(terminalSafe(text), expected))
}

test('terminalSafeLines keeps the lines and nothing else', () => {
  assert.equal(terminalSafeLines('a\r\n\tb\u001b[0m\n'), 'a\n    b\\x1b[0m\n')
})

for (const [text, width, expected] of [
  ['short', 10, 'short'],
  ['exactly', 7, 'exactly'],
  ['a longer text', 6, 'a lon…'],
  ['日本語テキスト', 5, '日本…'],
] as const) {
  test(`elide '${text}' to ${width}`, () => assert.equal(elide(text, width), expected))
}

test(
  'a text of a megabyte is measured and cut, also where no two letters are of one piece',
  { timeout: 60_000 },
  () => {
    const long = `x${'é😀'.repeat(350_000)}`
    assert.equal(widthOf(long), 1 + 3 * 350_000)
    assert.equal(elide(long, 8), 'xé😀é😀…')
    assert.equal(elideMiddle(long, 9), 'xé😀…é😀')
    assert.equal(elide('"'.repeat(5000), 4001), `${'"'.repeat(4000)}…`)
  },
)
