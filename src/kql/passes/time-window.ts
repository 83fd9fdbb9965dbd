import type { TimeScope, Window } from '../../domain/time.ts'
import { instantToTicks } from '../duckdb/storage.ts'
import type { ColumnDef, QueryPlan, Relation, Scan } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import type { Scalar } from '../ir/scalar.ts'

/** Half-open, in ticks. */
export interface TickWindow {
  readonly start: bigint
  readonly end: bigint
  readonly reach?: TimeScope['reach']
}

/** Ticks are whole numbers, so that an end that belongs to the window is the next tick that does not. */
export function tickWindow({ start, end }: Window, { ends, reach }: TimeScope = OURS): TickWindow {
  return {
    start: instantToTicks(start) + (ends === 'open-start' ? 1n : 0n),
    end: instantToTicks(end) + (ends === 'half-open' ? 0n : 1n),
    reach,
  }
}

const OURS: TimeScope = { ends: 'half-open', reach: 'every-table' }

/**
 * Bounds every table by the window, as the Logs Query API does with `timespan`: on `TimeGenerated`, else on
 * `Timestamp` (tables of Defender XDR), half-open. Tables with neither are read whole
 * (shared/reference/azure-contract.md A2).
 *
 * `scan AzureActivity` → `filter (TimeGenerated >= start and TimeGenerated < end) (scan AzureActivity)`
 */
export function boundByWindow(plan: QueryPlan, window: TickWindow): QueryPlan {
  let isReached = true
  const rewriter = new Rewriter({
    relation(relation) {
      const column = relation.kind === 'scan' && isReached ? timeColumn(relation) : undefined
      if (relation.kind !== 'scan' || column === undefined) return relation
      // Tables come in the order in which the query reads them: what is piped or stands left comes first.
      isReached = window.reach !== 'first-table'
      return bounded(relation, column, window)
    },
  })
  return { ...plan, relation: rewriter.relation(plan.relation) }
}

function timeColumn(scan: Scan): ColumnDef | undefined {
  const named = (name: string): ColumnDef | undefined =>
    scan.columns.find((column) => column.name === name && column.type === 'datetime')
  return named('TimeGenerated') ?? named('Timestamp')
}

function bounded(scan: Scan, column: ColumnDef, window: TickWindow): Relation {
  const compare = (operator: '>=' | '<', value: bigint): Scalar => ({
    kind: 'call',
    name: operator,
    type: 'bool',
    span: scan.span,
    args: [
      { kind: 'column', id: column.id, name: column.name, type: 'datetime', span: scan.span },
      { kind: 'literal', type: 'datetime', value, span: scan.span },
    ],
  })
  const after: Relation = { kind: 'filter', input: scan, condition: compare('>=', window.start), span: scan.span }
  return { kind: 'filter', input: after, condition: compare('<', window.end), span: scan.span }
}
