import assert from 'node:assert/strict'
import { test } from 'node:test'
import { htmlSafe } from '../../../src/text/html.ts'

for (const [what, text, expected] of [
  ['an element', '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['the end of an attribute', `" onload='x'`, '&quot; onload=&#39;x&#39;'],
  ['an entity', '&lt;', '&amp;lt;'],
  ['other scripts stay', 'Zürich 日本', 'Zürich 日本'],
] as const) {
  test(`htmlSafe: ${what}`, () => assert.equal(htmlSafe(text), expected))
}
