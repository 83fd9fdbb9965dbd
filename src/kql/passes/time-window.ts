import type { ColumnDef, QueryPlan, Relation, Scan } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import type { Scalar } from '../ir/scalar.ts'

/** Half-open, in ticks. */
export interface TickWindow {
  readonly start: bigint
  readonly end: bigint
}

/**
 * Bounds every table by the window, as the Logs Query API does with `timespan`: on `TimeGenerated`, else on
 * `Timestamp` (tables of Defender XDR), half-open. Tables with neither are read whole
 * (shared/reference/azure-contract.md A2).
 *
 * `scan AzureActivity` → `filter (TimeGenerated >= start and TimeGenerated < end) (scan AzureActivity)`
 */
export function boundByWindow(plan: QueryPlan, window: TickWindow): QueryPlan {
  const rewriter = new Rewriter({
    relation: (relation) => (relation.kind === 'scan' ? bounded(relation, window) : relation),
  })
  return { ...plan, relation: rewriter.relation(plan.relation) }
}

function timeColumn(scan: Scan): ColumnDef | undefined {
  const named = (name: string): ColumnDef | undefined =>
    scan.columns.find((column) => column.name === name && column.type === 'datetime')
  return named('TimeGenerated') ?? named('Timestamp')
}

function bounded(scan: Scan, window: TickWindow): Relation {
  const column = timeColumn(scan)
  if (column === undefined) return scan
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
