import type { Diagnostic, DiagnosticSeverity, Span } from '../../domain/diagnostic.ts'
import type { Exclusion } from '../../domain/exclusion.ts'
import type { Cell, Column, Row } from '../../domain/kusto.ts'
import type { RowConditions } from '../../domain/row-conditions.ts'
import type { Instant } from '../../domain/time.ts'
import { days } from '../../time/duration.ts'
import { formatInstant, plus } from '../../time/instant.ts'
import type { Mode } from '../checks/check.ts'

export interface ExclusionChecks {
  readonly mode: Mode
  readonly conditions: RowConditions
  readonly now: Instant
  readonly signal: AbortSignal
}

/** An exclusion should be looked at again within this time. */
const LONGEST = days(366)

/** What is wrong with the exclusions of a rule whose result has these columns; undefined when nobody knows the columns. */
export async function checkExclusions(
  exclusions: readonly Exclusion[],
  columns: readonly Column[] | undefined,
  checks: ExclusionChecks,
): Promise<readonly Diagnostic[]> {
  const all = exclusions.map(async (exclusion) => [
    ...expiryProblems(exclusion, checks),
    ...(columns === undefined || exclusion.fault !== undefined
      ? []
      : await conditionProblems(exclusion, columns, checks)),
  ])
  return (await Promise.all(all)).flat()
}

/** How long one holds matters as soon as it holds. */
function expiryProblems(exclusion: Exclusion, { mode, now }: ExclusionChecks): readonly Diagnostic[] {
  const { enabled, expires, fault, source } = exclusion
  if (!enabled || fault !== undefined) return []
  if (expires === undefined) {
    const severity = mode === 'strict' ? 'error' : 'warning'
    const hint = 'write `expires:` with the day on which somebody looks at it again'
    return [problem(exclusion, 'never-expires', severity, 'the exclusion never expires', source.span, hint)]
  }
  if (expires <= now) {
    const message = `the exclusion expired at ${formatInstant(expires)} and hides nothing any more`
    return [problem(exclusion, 'expired', 'warning', message, source.span, 'take it out, or give it a new date')]
  }
  if (expires <= plus(now, LONGEST)) return []
  const message = `the exclusion holds until ${formatInstant(expires)}, more than a year`
  return [
    problem(exclusion, 'long', 'warning', message, source.span, 'what nobody looks at again hides more each year'),
  ]
}

async function conditionProblems(
  exclusion: Exclusion,
  columns: readonly Column[],
  { conditions, now, signal }: ExclusionChecks,
): Promise<readonly Diagnostic[]> {
  const { when, source } = exclusion
  const { fault, columns: named } = await conditions.examine(when, columns)
  if (fault !== undefined) {
    const { message, hint, offset, length } = fault
    return [problem(exclusion, 'condition', 'error', message, source.conditionSpan(offset, length), hint)]
  }
  const whole = source.conditionSpan(0, when.length)
  const hint = 'name the account, address, machine or script that it is about'
  const types = new Map(columns.map(({ name, type }) => [name, type]))
  if (named.every((name) => !NAMING_TYPES.has(types.get(name) ?? ''))) {
    const message = `the condition says only ${named.join(', ')}: nothing that names who, where or what`
    return [problem(exclusion, 'broad', 'warning', message, whole, hint)]
  }
  const [answer] = await conditions.ask({ columns, rows: strangers(columns), conditions: [when], now }, signal)
  if (answer?.kind !== 'answered' || !answer.met.includes(true)) return []
  const message = 'the condition hides also rows whose values it has never heard of'
  return [problem(exclusion, 'broad', 'warning', message, whole, `${hint}; "is not" and "is not empty" name nobody`)]
}

/** Types of columns that can say who, where or what. */
const NAMING_TYPES: ReadonlySet<string> = new Set(['string', 'guid', 'dynamic'])

/** Values of the common forms that no condition means: a row of them is a row of somebody else. */
const STRANGERS: readonly string[] = [
  'k7qz-unheard-of',
  'k7qz.unheard@of.invalid',
  '203.0.113.77',
  '7b1d2c9e-5a0f-4c3d-9e8b-60a1f2d3c4b5',
  '/subscriptions/7b1d2c9e/resourceGroups/k7qz/providers/Unheard.Of/virtualMachines/k7qz',
]

function strangers(columns: readonly Column[]): readonly Row[] {
  return STRANGERS.map((text) => columns.map(({ type }): Cell => strangeCell(type, text)))
}

function strangeCell(type: Column['type'], text: string): Cell {
  switch (type) {
    case 'string':
    case 'dynamic':
      return text
    case 'guid':
      return '7b1d2c9e-5a0f-4c3d-9e8b-60a1f2d3c4b5'
    case 'long':
      return 77_713n
    case 'int':
    case 'real':
      return 77_713
    case 'decimal':
      return '77713.5'
    case 'datetime':
      return '2019-07-17T17:37:07Z'
    case 'timespan':
      return '07:37:17'
    case 'bool':
      return true
  }
}

function problem(
  exclusion: Exclusion,
  what: string,
  severity: DiagnosticSeverity,
  message: string,
  span: Span,
  hint: string | undefined,
): Diagnostic {
  return {
    code: `exclusion-${what}`,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    span,
    sourceLine: exclusion.source.line(span.line),
  }
}
