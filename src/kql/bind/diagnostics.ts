import type { DiagnosticSeverity } from '../../domain/diagnostic.ts'
import type { WorkspaceSchema } from '../../domain/schema.ts'
import { nestedNodes, type BoundNode } from './bound.ts'
import { CROSS_RESOURCE } from './cross-resource.ts'
import { hintFor, spellingHint } from './diagnostic-hints.ts'
import type { ForeignDiagnostic } from './library.ts'
import { isSyntaxCode, UNKNOWN_NAME } from './service-codes.ts'
import { isPatternOfOrder, isTolerated, unmatchedPattern } from './tolerated-errors.ts'

/** A finding about a query text. `offset` and `length` count UTF-16 units of the text. */
export interface KqlDiagnostic {
  readonly code: string
  readonly severity: DiagnosticSeverity
  readonly message: string
  readonly hint?: string
  readonly offset: number
  readonly length: number
  /** The language service's own code, `KS142`. */
  readonly serviceCode: string
  /**
   * Of a warning: why `union isfuzzy=true` goes on without a leg. A table or function that is not there may well be in another
   * workspace; what else is wrong with a leg is a fault of the query.
   */
  readonly leftOutLeg?: 'absent' | 'faulty'
}

const UNKNOWN_TABLE = new Set(['KS181', 'KS204'])
const UNKNOWN_FUNCTION = new Set(['KS122', 'KS123', 'KS124', 'KS128', 'KS143', 'KS211'])
const UNKNOWN_COLUMN = new Set(['KS109', 'KS145'])
/** Function overloads, operand and argument types, scalar against table. */
const TYPE_MISMATCH = new Set([
  'KS106', 'KS107', 'KS108', 'KS111', 'KS112', 'KS116', 'KS127', 'KS134', 'KS135', 'KS136', 'KS137', 'KS138', 'KS141', 'KS178',
  'KS206', 'KS227', 'KS232', 'KS233', 'KS234', 'KS235', 'KS241', 'KS242',
]) // prettier-ignore

interface Place {
  readonly text: string
  readonly root: BoundNode
  readonly schema: WorkspaceSchema
}

export function convertDiagnostics(
  diagnostics: readonly ForeignDiagnostic[],
  { text, root, schema }: Place,
): KqlDiagnostic[] {
  const found = diagnostics.flatMap((diagnostic) => {
    const path = pathTo(root, diagnostic.Start, diagnostic.Start + diagnostic.Length)
    const isForeign = UNKNOWN_FUNCTION.has(diagnostic.Code) || UNKNOWN_TABLE.has(diagnostic.Code)
    if (isForeign && CROSS_RESOURCE.has(path.findLast(({ kind }) => kind === 'NameReference')?.text ?? '')) return []
    if (isPatternOfOrder(diagnostic.Code, path)) return []
    return [convert(diagnostic, path, schema, text)]
  })
  // Of a pattern that matches nothing the service says twice, in two ways, what is the same to us.
  const key = ({ offset, message }: KqlDiagnostic): string => `${offset} ${message}`
  const distinct = found.filter((each, index) => found.findIndex((other) => key(other) === key(each)) === index)
  // `foo has_any (…)` of an unknown foo: that it has no type follows from that it is nothing.
  const unknown = new Set(distinct.flatMap(({ code: own, offset }) => (own.startsWith('unknown-') ? [offset] : [])))
  return distinct.filter(({ code: own, offset }) => own !== 'type-mismatch' || !unknown.has(offset))
}

function convert(
  diagnostic: ForeignDiagnostic,
  path: readonly BoundNode[],
  schema: WorkspaceSchema,
  text: string,
): KqlDiagnostic {
  const pattern = unmatchedPattern(diagnostic.Code, path)
  const code = codeFor(diagnostic.Code, path)
  const hint = pattern === undefined ? (spellingHint(diagnostic, text) ?? hintFor(code, path, schema)) : undefined
  return {
    code,
    severity: pattern === undefined ? severityOf(diagnostic, path) : 'warning',
    message: pattern === undefined ? diagnostic.Message : `no column matches ${pattern}`,
    ...(hint === undefined ? {} : { hint }),
    offset: diagnostic.Start,
    length: diagnostic.Length,
    serviceCode: diagnostic.Code,
  }
}

function severityOf(diagnostic: ForeignDiagnostic, path: readonly BoundNode[]): DiagnosticSeverity {
  if (diagnostic.Severity === 'Error') return isTolerated(diagnostic, path) ? 'warning' : 'error'
  return diagnostic.Severity === 'Warning' ? 'warning' : 'info'
}

function codeFor(serviceCode: string, path: readonly BoundNode[]): string {
  if (isSyntaxCode(serviceCode)) return 'kql-syntax'
  if (serviceCode === UNKNOWN_NAME) return isTablePosition(path) ? 'unknown-table' : 'unknown-column'
  if (UNKNOWN_TABLE.has(serviceCode)) return 'unknown-table'
  if (UNKNOWN_COLUMN.has(serviceCode)) return 'unknown-column'
  if (UNKNOWN_FUNCTION.has(serviceCode)) return 'unknown-function'
  return TYPE_MISMATCH.has(serviceCode) ? 'type-mismatch' : 'kql-semantic'
}

/** From the root to the innermost node that covers the range. */
function pathTo(root: BoundNode, start: number, end: number): BoundNode[] {
  const path = [root]
  for (let node: BoundNode | undefined = root; node !== undefined;) {
    const nested = nestedNodes(node)
    node = nested.find(({ span }) => span.offset <= start && end <= span.offset + span.length && span.length > 0)
    if (node !== undefined) path.push(node)
  }
  return path
}

const TABLE_PARENTS = new Set([
  'JoinOperator',
  'LookupOperator',
  'UnionOperator',
  'ExpressionStatement',
  'LetStatement',
])

function isTablePosition(path: readonly BoundNode[]): boolean {
  const at = path.findLastIndex(({ kind }) => kind === 'NameReference')
  const name = path[at]
  for (let index = at - 1; index >= 0; index--) {
    const parent = path[index]
    if (parent?.kind === 'ParenthesizedExpression') continue
    if (parent?.kind === 'PipeExpression') return parent.nodes['Expression']?.span.offset === name?.span.offset
    return parent !== undefined && TABLE_PARENTS.has(parent.kind)
  }
  return false
}
