import type { Column } from '../../domain/kusto.ts'
import type { WorkspaceSchema } from '../../domain/schema.ts'

/** What the engine's front end says about a query; the shape of `analyze` in `kql/index.ts`. Offsets are UTF-16 units. */
export interface QueryDiagnostic {
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly message: string
  readonly hint?: string | undefined
  readonly offset: number
  readonly length: number
  /** Of a warning: the leg of a fuzzy union around the place is left out, for this reason. */
  readonly leftOutLeg?: 'absent' | 'faulty' | undefined
}

export interface BoundQuery {
  readonly diagnostics: readonly QueryDiagnostic[]
  /** Columns of the result in order; undefined when they cannot be known. */
  readonly columns: readonly Column[] | undefined
  readonly tables: readonly string[]
}

/** Binds a query against a schema. */
export type Analyze = (text: string, schema: WorkspaceSchema) => Promise<BoundQuery>
