import type { KustoType } from '../../domain/kusto.ts'
import { child, children, type BoundNode } from '../bind/bound.ts'
import { invalid, unsupported } from '../errors.ts'
import type { LiteralScalar, LiteralValue } from '../ir/scalar.ts'
import { SMALL_DECIMAL, TOO_FINE } from '../functions/convert.ts'
import { formatDatetime, parseDatetime } from '../values/datetime.ts'
import { fromStorage, toStorage, type Json } from '../values/json.ts'
import { formatTimespan, parseTimespan } from '../values/timespan.ts'

const LITERAL_TYPES: Readonly<Record<string, KustoType>> = {
  BooleanLiteralExpression: 'bool',
  IntLiteralExpression: 'int',
  LongLiteralExpression: 'long',
  RealLiteralExpression: 'real',
  DecimalLiteralExpression: 'decimal',
  DateTimeLiteralExpression: 'datetime',
  TimespanLiteralExpression: 'timespan',
  GuidLiteralExpression: 'guid',
  StringLiteralExpression: 'string',
  CompoundStringLiteralExpression: 'string',
  DynamicExpression: 'dynamic',
  NullLiteralExpression: 'dynamic',
}

export function isLiteralNode(node: BoundNode): boolean {
  return node.kind in LITERAL_TYPES
}

export function lowerLiteral(node: BoundNode): LiteralScalar {
  const type = LITERAL_TYPES[node.kind]
  if (type === undefined) throw unsupported(`the literal ${node.kind}`, node.span)
  return { kind: 'literal', type, value: literalValue(node, type), span: node.span }
}

/**
 * A literal with a minus before it, where that is a value of its type: -9223372036854775808 is a long, 9223372036854775808
 * is none.
 */
export function lowerNegated(node: BoundNode): LiteralScalar | undefined {
  const type = LITERAL_TYPES[node.kind]
  const text = innerText(node)
  if (type === undefined || !NEGATABLE.has(type) || /^null$/i.test(text)) return undefined
  const value = parseScalar(/^[+-]/.test(text) ? flipped(text) : `-${text}`, type)
  if (value === undefined || refusedDecimal(type, value) !== undefined) return undefined
  return { kind: 'literal', type, value, span: node.span }
}

/** Not int: it becomes a long, as in all arithmetic. */
const NEGATABLE: ReadonlySet<KustoType> = new Set(['long', 'real', 'decimal', 'timespan'])

const flipped = (text: string): string => (text.startsWith('-') ? '' : '-') + text.slice(1)

/** `datetime(2020-01-01)` and the like wrap the value; a bare `5` or `1d` does not. */
function innerText(node: BoundNode): string {
  const text = node.tokens['Token'] ?? ''
  const wrapped = /^[a-z]+\s*\(([^]*)\)$/i.exec(text)
  return unquote((wrapped?.[1] ?? text).trim())
}

function unquote(text: string): string {
  return /^h?(["'])[^]*\1$/i.test(text) ? text.replace(/^h?["']|["']$/gi, '') : text
}

/** `datetime()` is the time of the query (its page of the reference); published rules also write `datetime(now)`. */
export const isCurrentTime = (node: BoundNode): boolean =>
  node.kind === 'DateTimeLiteralExpression' && /^(now)?$/i.test(innerText(node))

function literalValue(node: BoundNode, type: KustoType): LiteralValue {
  if (type === 'string') return stringValue(node)
  if (node.kind === 'NullLiteralExpression') return null
  if (type === 'dynamic') return toStorage(jsonOf(child(node, 'Expression')))
  const text = innerText(node)
  if (/^null$/i.test(text)) return null
  const value = parseScalar(text, type)
  if (value === undefined) throw invalid(`"${text}" is no ${type}`, node.span)
  const refused = refusedDecimal(type, value)
  if (refused !== undefined) throw unsupported(refused, node.span)
  return value
}

/** duckdb/storage.ts keeps 20 digits before the point, and 18 after it. */
function refusedDecimal(type: KustoType, value: LiteralValue): string | undefined {
  if (type !== 'decimal') return undefined
  const size = Math.abs(Number(value))
  if (size >= 1e20) return 'a decimal of more than 20 digits before the point'
  return size < SMALL_DECIMAL && Number(size.toFixed(18)) !== size ? TOO_FINE : undefined
}

function stringValue(node: BoundNode): string {
  return node.kind === 'CompoundStringLiteralExpression'
    ? (node.tokens['TokensValue'] ?? '')
    : (node.tokens['TokenValue'] ?? '')
}

/** Undefined where the text is no value of the type. */
function parseScalar(text: string, type: KustoType): LiteralValue | undefined {
  switch (type) {
    case 'bool':
      return /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : undefined
    case 'int':
    case 'long':
      return parseInteger(text, type === 'int' ? 32 : 64)
    case 'real':
      return parseReal(text)
    case 'decimal':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? text : undefined
    case 'datetime':
      // A literal may have blanks around the hyphens of its date, as pages of the reference write it.
      return parseDatetime(text.replace(/^(\d{4})\s*-\s*(\d{1,2})\s*-\s*(\d{1,2})/, '$1-$2-$3'))
    case 'timespan':
      return parseTimespan(text)
    case 'guid':
      return parseGuid(text)
    case 'string':
    case 'dynamic':
      return undefined
  }
}

function parseInteger(text: string, bits: number): bigint | undefined {
  const match = /^([+-]?)(0x[0-9a-f]+|\d+)l?$/i.exec(text)
  if (match === null) return undefined
  const value = BigInt(match[2] ?? '0') * (match[1] === '-' ? -1n : 1n)
  // Hexadecimal digits spell the bits.
  return BigInt.asIntN(bits, value) === value || /^0x/i.test(match[2] ?? '') ? BigInt.asIntN(bits, value) : undefined
}

function parseReal(text: string): number | undefined {
  const named: Readonly<Record<string, number>> = { nan: NaN, '+inf': Infinity, inf: Infinity, '-inf': -Infinity }
  const name = text.toLowerCase()
  if (name in named) return named[name]
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined
}

function parseGuid(text: string): string | undefined {
  const digits = text.replace(/[{}()-]/g, '').toLowerCase()
  if (!/^[0-9a-f]{32}$/.test(digits)) return undefined
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The inside of `dynamic(…)`: JSON with Kusto's literals and both kinds of quotes. */
function jsonOf(node: BoundNode): Json {
  switch (node.kind) {
    case 'JsonObjectExpression': {
      return new Map(
        children(node, 'Pairs').map((pair) => [pair.tokens['NameValue'] ?? '', jsonOf(child(pair, 'Value'))] as const),
      )
    }
    case 'JsonArrayExpression':
      return children(node, 'Values').map(jsonOf)
    case 'UnaryMinusExpression': {
      const inner = child(node, 'Expression')
      // The least long has no positive one.
      const negated = inner.kind === 'LongLiteralExpression' ? lowerNegated(inner)?.value : undefined
      if (typeof negated === 'bigint') return negated
      const value = jsonOf(inner)
      if (typeof value === 'bigint' || typeof value === 'number') return -value
      break
    }
    case 'UnaryPlusExpression':
      return jsonOf(child(node, 'Expression'))
    default:
      if (isLiteralNode(node)) return jsonOfLiteral(node)
  }
  throw unsupported(`${node.kind} in a dynamic literal`, node.span)
}

/** JSON has no times: they are their text (recorded: docs/array-iff-function-02). A dynamic inside is its own inside. */
function jsonOfLiteral(node: BoundNode): Json {
  const { type, value } = lowerLiteral(node)
  if (value === null) return null
  switch (type) {
    case 'dynamic':
      return fromStorage(String(value))
    case 'datetime':
      return formatDatetime(BigInt(value))
    case 'timespan':
      return formatTimespan(BigInt(value))
    case 'decimal':
      throw unsupported('a decimal in a dynamic literal', node.span)
    default:
      return value
  }
}
