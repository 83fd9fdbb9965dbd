import type { WorkspaceSchema } from '../../domain/schema.ts'
import { convertTree, convertType, type BoundNode, type BoundType } from './bound.ts'
import { convertDiagnostics, type KqlDiagnostic } from './diagnostics.ts'
import { kustoLibrary } from './library.ts'
import { globalsFor } from './symbols.ts'

export interface BoundQuery {
  readonly text: string
  readonly root: BoundNode
  readonly resultType: BoundType | undefined
  readonly diagnostics: readonly KqlDiagnostic[]
}

/** Parses and binds `text` against the names of `schema`. Never throws for faults of the text: they are diagnostics. */
export function bindQuery(text: string, schema: WorkspaceSchema): BoundQuery {
  const code = kustoLibrary().KustoCode.ParseAndAnalyze(text, globalsFor(text, schema))
  const root = convertTree(code.Syntax)
  return {
    text,
    root,
    resultType: convertType(code.ResultType),
    diagnostics: convertDiagnostics(code, root, schema),
  }
}
