/** The catalogue and the refused list together are what the language service knows: no name is missing, none is twice. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kustoLibrary } from '../../../src/kql/bind/library.ts'
import { allEntries } from '../../../src/kql/functions/index.ts'
import { OPERATOR_SPELLINGS, OPERATORS_WITHOUT_ENTRY } from '../../../src/kql/functions/operators/names.ts'
import { REFUSALS, type RefusedKind } from '../../../src/kql/functions/unsupported.ts'
import { operatorKinds } from '../../../src/kql/lower/operators/index.ts'
import { pluginNames } from '../../../src/kql/lower/plugins/index.ts'
import { specialFunctionNames } from '../../../src/kql/lower/special-forms.ts'

const library = kustoLibrary()
const names = (symbols: readonly { readonly Name: string }[]): string[] => [...new Set(symbols.map(({ Name }) => Name))]
const refused = (kind: RefusedKind): string[] =>
  REFUSALS.filter((each) => each.kind === kind).flatMap((each) => each.names)
const entryNames = allEntries().map(({ name }) => name)
const spellings = Object.entries(OPERATOR_SPELLINGS)

const tabularOperators = Object.keys(library.Syntax.SyntaxKind).filter((kind) => kind.endsWith('Operator'))

interface Family {
  readonly kind: RefusedKind
  readonly listed: readonly string[]
  readonly supported: readonly string[]
}

const FAMILIES: Readonly<Record<string, Family>> = {
  functions: {
    kind: 'function',
    listed: names(library.Functions.All),
    supported: [...entryNames, ...specialFunctionNames()],
  },
  aggregates: { kind: 'aggregate', listed: names(library.Aggregates.All), supported: entryNames },
  'plug-ins': { kind: 'plugin', listed: names(library.PlugIns.All), supported: pluginNames() },
  operators: {
    kind: 'operator',
    listed: [...names(library.Operators.All), ...tabularOperators],
    supported: [
      ...spellings.filter(([, spelling]) => entryNames.includes(spelling)).map(([kind]) => kind),
      ...OPERATORS_WITHOUT_ENTRY,
      ...operatorKinds(),
    ],
  },
}

for (const [family, { kind, listed, supported }] of Object.entries(FAMILIES)) {
  const refusals = refused(kind)
  const known = new Set([...supported, ...refusals])

  test(`${family}: each that the language service lists is supported or refused with a reason`, () => {
    assert.ok(listed.length > 40)
    assert.deepEqual(listed.filter((name) => !known.has(name)), []) // prettier-ignore
  })

  test(`${family}: none is supported and refused`, () => {
    assert.deepEqual(refusals.filter((name) => supported.includes(name)), []) // prettier-ignore
  })

  test(`${family}: what is refused exists, and once`, () => {
    assert.deepEqual(refusals.filter((name) => !listed.includes(name)), []) // prettier-ignore
    assert.equal(new Set(refusals).size, refusals.length)
  })
}

test('each spelling of an operator is in the catalogue', () => {
  assert.deepEqual(
    spellings.filter(([, spelling]) => !entryNames.includes(spelling)),
    [],
  )
})

test('each entry of the catalogue that is named like a function or an aggregate is one', () => {
  const listed = new Set([...names(library.Functions.All), ...names(library.Aggregates.All)])
  const ours = entryNames.filter((name) => /^[a-z_0-9]+$/i.test(name) && !listed.has(name))
  const spelled = new Set(Object.values(OPERATOR_SPELLINGS))
  assert.deepEqual(ours.filter((name) => !spelled.has(name)), []) // prettier-ignore
})
