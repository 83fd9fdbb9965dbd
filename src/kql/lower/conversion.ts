import type { KustoType } from '../../domain/kusto.ts'

/** Name of the function that converts to the type: `tolong`. */
export function conversion(type: KustoType): string {
  return type === 'real' ? 'todouble' : `to${type}`
}
