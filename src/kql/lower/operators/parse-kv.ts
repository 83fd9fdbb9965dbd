import type { BoundNode } from '../../bind/bound.ts'
import { child, children } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import { checkedPattern } from '../../functions/regex.ts'
import type { Computed } from '../../ir/relation.ts'
import type { LiteralValue } from '../../ir/scalar.ts'
import { printJson, type Json } from '../../values/json.ts'
import { callScalar, literal, reference } from '../flow.ts'
import { literalOf } from '../lowering.ts'
import { boundColumns, constantScalar, rowContext, type OperatorContext, type OperatorLowering } from '../operator.ts'
import { lowerScalar, nameOf } from '../scalar.ts'
import { conversion } from '../conversion.ts'

/** `key=value` pairs of a text become columns; https://learn.microsoft.com/kusto/query/parse-kv-operator. */
export const parseKv: OperatorLowering = {
  kind: 'ParseKvOperator',
  lower: (node, input, context) => {
    const types = new Map(boundColumns(node).map(({ name, type }) => [name, type]))
    const keys = children(child(node, 'Keys'), 'Columns').map((column) => {
      const name = nameOf(child(column, 'Name'))
      const type = types.get(name)
      const known = input.columns.find((each) => each.name === name)
      // The binder goes on with the type of the old column, and no page says which of the two stays.
      if (known !== undefined && known.type !== type) {
        const hint = `drop the old one first: project-away ${name}`
        throw unsupported(`parse-kv into "${name}", which is there with another type`, column.span, hint)
      }
      if (type === undefined) throw unsupported(`the type of the column "${name}"`, column.span)
      return { name, type }
    })
    const specification = specify(node, keys.map(({ name }) => name), context) // prettier-ignore
    const value = lowerScalar(child(node, 'Expression'), rowContext(input, context))
    const text = value.type === 'string' ? value : callScalar('tostring', 'string', [value], node.span)
    const pairs: Computed = {
      ...context.lowering.column('$pairs', 'dynamic'),
      value: callScalar('parse kv', 'dynamic', [text, literal('string', specification, node.span)], node.span),
    }
    const columns = [...input.columns]
    const values = keys.map(({ name, type }, index): Computed => {
      const path = [reference(pairs), literal('long', BigInt(index), node.span)]
      const found = callScalar('tostring', 'string', [callScalar('dynamic path', 'dynamic', path, node.span)], node.span) // prettier-ignore
      const definition = context.lowering.column(name, type)
      const at = columns.findIndex((column) => column.name === name)
      columns[at === -1 ? columns.length : at] = definition
      return {
        ...definition,
        value: type === 'string' ? found : callScalar(conversion(type), type, [found], node.span),
      }
    })
    const withPairs = { kind: 'extend', input: input.relation, columns: [pairs], span: node.span } as const
    return { ...input, columns, relation: { kind: 'extend', input: withPairs, columns: values, span: node.span } }
  },
}

/** The `with (…)` clause as the native's text; see functions/scalar/parse-kv.ts. */
function specify(node: BoundNode, keys: readonly string[], context: OperatorContext): string {
  const options = new Map<string, LiteralValue[]>()
  const clause = node.nodes['WithClause']
  for (const property of clause === undefined ? [] : children(clause, 'Properties')) {
    const value = literalOf(constantScalar(child(property, 'Expression'), context))
    if (value === undefined) throw unsupported('a computed option of parse-kv', property.span)
    const name = nameOf(child(property, 'Name')).toLowerCase()
    options.set(name, [...(options.get(name) ?? []), value])
  }
  const option = (name: string): Json => options.get(name)?.at(-1) ?? null
  const [pair, kv, regex] = [option('pair_delimiter'), option('kv_delimiter'), option('regex')]
  if (typeof regex === 'string') {
    if (pair !== null || kv !== null) throw invalid('parse-kv takes delimiters or a regular expression', node.span)
    const groups = checkedPattern(regex, node.span).groupCount()
    if (groups !== 2) throw unsupported(`parse-kv with a regular expression of ${groups} groups`, node.span)
  } else if (pair === null && kv === null) {
    // Without delimiters any character but letters and digits is one.
    const odd = keys.find((key) => !/^[\p{L}\p{N}]+$/u.test(key))
    if (odd !== undefined) throw unsupported(`parse-kv of the key "${odd}" without delimiters`, node.span, 'name both delimiters') // prettier-ignore
  } else if (typeof pair !== 'string' || typeof kv !== 'string' || pair === '' || kv === '') {
    throw unsupported('parse-kv with one of pair_delimiter and kv_delimiter', node.span, 'name both delimiters')
  }
  // Both may be given several times; all of them count.
  const [quotes, escapes] = [options.get('quote') ?? [], options.get('escape') ?? []]
  if (!quotes.every((quote) => typeof quote === 'string' && (quote.length === 1 || quote.length === 2))) {
    throw invalid('the quote of parse-kv is one character, or an opening and a closing one', node.span)
  }
  return printJson([keys, pair, kv, quotes, escapes, option('greedy'), regex])
}
