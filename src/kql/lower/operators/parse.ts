import type { KustoType } from '../../../domain/kusto.ts'
import { KUSTO_TYPES } from '../../../domain/kusto.ts'
import { child, children, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import { checkedPattern, escapeRegex, toRe2, withoutCaptures } from '../../functions/regex.ts'
import type { ColumnDef, Computed } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, literal, nullLiteral, reference, type Flow } from '../flow.ts'
import { parametersOf, refuseParameters, rowContext, type OperatorContext, type OperatorLowering } from '../operator.ts'
import { lowerScalar, nameOf } from '../scalar.ts'
import { conversion } from '../conversion.ts'

interface Capture {
  readonly name: string
  readonly type: KustoType
}

interface ParsePattern {
  readonly regex: string
  /**
   * The same, but the text may go on after it; differs only where the pattern ends in a constant, or, with kind=regex, in a
   * number, whose regular expression on the page has no end of the text behind it.
   */
  readonly openRegex: string
  readonly captures: readonly Capture[]
}

/**
 * `simple`: constants are taken literally, every typed value must convert or the row does not match at all; `regex`: so
 * too, but constants are regular expressions; `relaxed`: as `simple`, but a value that does not convert is null by itself.
 * https://learn.microsoft.com/kusto/query/parse-operator
 */
type Mode = 'simple' | 'relaxed' | 'regex'

function lowerParse(node: BoundNode, input: Flow, context: OperatorContext, keepsUnmatched: boolean): Flow {
  refuseParameters(node, ['kind', 'flags'])
  const parameters = parametersOf(node)
  const mode = parameters.get('kind')?.text.toLowerCase() ?? 'simple'
  if (mode !== 'simple' && mode !== 'relaxed' && mode !== 'regex') throw unsupported(`parse kind=${mode}`, node.span)
  const pattern = parsePattern(children(node, 'Patterns'), mode, parameters.get('flags')?.text ?? '', node)
  const value = lowerScalar(child(node, 'Expression'), rowContext(input, context))
  const text = context.lowering.column('$text', 'string')
  const matches = context.lowering.column('$matches', 'bool')
  const textValue = value.type === 'string' ? value : callScalar('tostring', 'string', [value], node.span)
  const withText = extended(input, [{ ...text, value: textValue }], node)
  const raw = captureColumns(pattern, text, context, node)
  const withRaw = extended(withText, raw, node)
  const test = matchTest(pattern, mode, text, raw, node)
  return finish(extended(withRaw, [{ ...matches, value: test }], node), raw, matches, context, node, keepsUnmatched)
}

function extended(flow: Flow, columns: readonly Computed[], node: BoundNode): Flow {
  return { ...flow, relation: { kind: 'extend', input: flow.relation, columns, span: node.span } }
}

function captureColumns(pattern: ParsePattern, text: ColumnDef, context: OperatorContext, node: BoundNode): Computed[] {
  return pattern.captures.map(({ name, type }, index): Computed => {
    const place = [BigInt(index + 1), BigInt(pattern.captures.length)].map((value) => literal('long', value))
    const args = [reference(text), literal('string', pattern.regex), ...place]
    const found = callScalar('parse capture', 'string', args, node.span)
    const value = type === 'string' ? found : callScalar(conversion(type), type, [found], node.span)
    return { ...context.lowering.column(name, type), value }
  })
}

function matchTest(
  pattern: ParsePattern,
  mode: Mode,
  text: ColumnDef,
  raw: readonly Computed[],
  node: BoundNode,
): Scalar {
  const regexes = [pattern.regex, ...(pattern.openRegex === pattern.regex ? [] : [pattern.openRegex])]
  const args = [reference(text), ...regexes.map((regex) => literal('string', regex))]
  const matched = callScalar('parse matches', 'bool', args, node.span)
  if (mode === 'relaxed') return matched
  return raw
    .filter(({ type }) => type !== 'string')
    .map((column) => callScalar('isnotnull', 'bool', [reference(column)], node.span))
    .reduce((all, one) => callScalar('and', 'bool', [all, one], node.span), matched)
}

/** Values of rows that match, nulls for the others (or, for parse-where, no such rows). */
function finish(
  flow: Flow,
  raw: readonly Computed[],
  matches: ColumnDef,
  context: OperatorContext,
  node: BoundNode,
  keepsUnmatched: boolean,
): Flow {
  const columns = [...flow.columns]
  const values = raw.map((column): Computed => {
    const args = [reference(matches), reference(column), nullLiteral(column.type)]
    const definition = context.lowering.column(column.name, column.type)
    const at = columns.findIndex(({ name }) => name === column.name)
    columns[at === -1 ? columns.length : at] = definition
    return { ...definition, value: callScalar('iff', column.type, args, node.span) }
  })
  const kept: Flow = keepsUnmatched
    ? flow
    : { ...flow, relation: { kind: 'filter', input: flow.relation, condition: reference(matches), span: node.span } }
  return { ...extended(kept, values, node), columns }
}

/** Values that a regular expression in between cannot be mistaken for; anything else is text up to the next constant. */
const TYPED_IN_REGEX: Readonly<Partial<Record<KustoType, string>>> = {
  int: '([+-]?\\d+)',
  long: '([+-]?\\d+)',
  real: '([+-]?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)',
}

function parsePattern(parts: readonly BoundNode[], mode: Mode, flags: string, node: BoundNode): ParsePattern {
  const captures: Capture[] = []
  const pieces = parts.map((part, index) => {
    const isLast = index === parts.length - 1
    if (part.kind === 'StarExpression') return isLast ? '' : '(?:.*?)'
    if (part.kind === 'NameDeclaration' || part.kind === 'NameAndTypeDeclaration') {
      const capture = captureOf(part)
      captures.push(capture)
      if (mode === 'regex') return TYPED_IN_REGEX[capture.type] ?? '(.*)'
      if (parts[index + 1]?.kind === 'StarExpression') return capturedBeforeStar(capture, mode, part)
      return isLast ? '(.*)' : '(.*?)'
    }
    return constantPiece(part, mode)
  })
  const flagText = mode === 'regex' ? checkedFlags(flags, node) : 's'
  const open = `${flagText === '' ? '' : `(?${flagText})`}^${pieces.join('')}`
  const last = parts.at(-1)
  const endsOpen = last === undefined || last.kind === 'StarExpression'
  if (endsOpen) return { regex: open, openRegex: open, captures }
  const closed = `${open}\\z`
  const endsInConstant = last.kind !== 'NameDeclaration' && last.kind !== 'NameAndTypeDeclaration'
  const type = captures.at(-1)?.type
  const endsInNumber = mode === 'regex' && type !== undefined && TYPED_IN_REGEX[type] !== undefined
  return { regex: closed, openRegex: endsInConstant || endsInNumber ? open : closed, captures }
}

/** Before `*` there is no constant to stop at: the value's own form ends it. */
function capturedBeforeStar({ type }: Capture, mode: Mode, part: BoundNode): string {
  const form = TYPED_IN_REGEX[type]
  if (form === undefined) throw unsupported(`a ${type} before * in a parse pattern`, part.span)
  return mode === 'relaxed' ? `${form.slice(0, -1)}|)` : form
}

function captureOf(part: BoundNode): Capture {
  if (part.kind === 'NameDeclaration') return { name: nameOf(part), type: 'string' }
  const name = nameOf(child(part, 'Name'))
  const bound = child(part, 'Type').symbol?.name
  const type = KUSTO_TYPES.find((known) => known === bound)
  if (type === undefined) throw unsupported(`the type of the parse column "${name}"`, part.span)
  return { name, type }
}

function constantPiece(part: BoundNode, mode: Mode): string {
  const value = part.tokens['TokenValue'] ?? part.tokens['TokensValue']
  if (value === undefined) throw unsupported(`${part.text} in a parse pattern`, part.span)
  if (mode !== 'regex') return escapeRegex(value)
  checkedPattern(value, part.span)
  // Groups of the user's would shift ours.
  return `(?:${withoutCaptures(toRe2(value))})`
}

function checkedFlags(flags: string, node: BoundNode): string {
  if (/^[imsU]*$/.test(flags)) return flags
  throw unsupported(`parse flags=${flags}`, node.span)
}

export const parse: OperatorLowering = {
  kind: 'ParseOperator',
  lower: (node, input, context) => lowerParse(node, input, context, true),
}

export const parseWhere: OperatorLowering = {
  kind: 'ParseWhereOperator',
  lower: (node, input, context) => lowerParse(node, input, context, false),
}
