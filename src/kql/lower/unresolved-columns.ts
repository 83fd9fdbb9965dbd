import { KqlError } from '../../domain/errors.ts'
import type { Column, Row } from '../../domain/kusto.ts'
import type { BoundNode } from '../bind/bound.ts'
import type { QueryPlan } from '../ir/relation.ts'

/** In the place of no column, of which no schema can be made: a name that no query can mean by chance. */
export const NO_COLUMN = '$none'
export const WITHOUT_COLUMNS = 'a table without columns'

export interface Discovery {
  /** Asks the data for what the columns follow from. */
  readonly plan: QueryPlan
  /** The operator's result columns, from the plan's rows. */
  readonly columns: (rows: readonly Row[]) => readonly Column[]
  /** Further ones, of which the data does not say the type. */
  readonly undecided?: (rows: readonly Row[]) => readonly Column[]
  /** Type of a column that the query names and no row has, because there are no rows. */
  readonly typeWithoutRows: Column['type']
}

/**
 * The columns of `evaluate bag_unpack(…)` and `pivot(…)` depend on the data. Who can run queries asks it and writes the
 * answer into the text as an output schema (resolve-columns.ts); for everybody else this is a refusal.
 */
export class UnresolvedColumns extends KqlError {
  readonly operator: BoundNode
  readonly discovery: Discovery

  constructor(operator: BoundNode, discovery: Discovery) {
    super({
      code: 'kql/unsupported',
      message: 'the columns of this operator depend on the data',
      hint: 'give it an output schema: evaluate bag_unpack(d) : (a: string, b: long)',
      position: operator.span,
    })
    this.operator = operator
    this.discovery = discovery
  }
}
