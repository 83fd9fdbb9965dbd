/** The bound trees of all recorded cases and published rules come back from their text as they were; see src/kql/bind/tree-text.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bindQuery } from '../../src/kql/bind/bind-query.ts'
import { bindingOfText, textOfBinding } from '../../src/kql/bind/tree-text.ts'
import { loadSchemaCatalogue } from '../../src/schemas/index.ts'
import { PACKAGE_ROOT } from '../support/hunt.ts'
import { plainTree, plainType } from '../support/plain-tree.ts'
import { loadCases } from './run-cases.ts'
import { loadCorpus } from './run-corpus.ts'

const SHARE = process.env['HUNT_SHORT'] === '1' ? 3 : 1

const texts = [...((await loadCorpus()) ?? []), ...(loadCases() ?? [])]
  .filter((_, index) => index % SHARE === 0)
  .map((each) => ('text' in each ? each.text : each.query))

test('trees come back from their text', { skip: texts.length === 0 ? '../shared is not here' : false }, async () => {
  const schema = await loadSchemaCatalogue(PACKAGE_ROOT)
  for (const text of texts) {
    const bound = bindQuery(text, schema)
    const written = textOfBinding(bound, text)
    assert.ok(written, text)
    const read = bindingOfText(written, text)
    assert.deepEqual(plainTree(read.root), plainTree(bound.root))
    assert.deepEqual(read.diagnostics, bound.diagnostics)
    assert.deepEqual(plainTree(read.written), plainTree(bound.written))
    assert.deepEqual(plainType(read.resultType), plainType(bound.resultType))
  }
  assert.ok(texts.length > 2000 / SHARE, `only ${texts.length} texts`)
})
