import type { KustoType } from '../../domain/kusto.ts'
import { KUSTO_TYPES } from '../../domain/kusto.ts'
import { child, type BoundNode } from '../bind/bound.ts'
import { unsupported } from '../errors.ts'

/** Type of `name: type`, by any of its spellings (`double`, `bool`, `time`). */
export function typeOfDeclaration(node: BoundNode): KustoType {
  const declared = child(node, 'Type')
  const named = declared.type?.kind === 'scalar' ? declared.type.type : declared.symbol?.name
  const type = KUSTO_TYPES.find((known) => known === named)
  if (type === undefined) throw unsupported(`the type ${declared.text}`, declared.span)
  return type
}
