import type { Fold } from '../ir/relation.ts'
import { foldByBlocks } from './fold-blocks.ts'
import { foldByRecursion } from './fold-recursion.ts'
import type { SqlQuery } from './nodes.ts'
import type { Translation } from './translate.ts'

/** DuckDB has nothing that goes from row to row: JavaScript does, and where it cannot a recursion, at a thousandth of the speed. */
export function foldSql(fold: Fold, translation: Translation): SqlQuery {
  const walked = translation.foldsByBlocks ? foldByBlocks(fold, translation) : undefined
  return walked ?? foldByRecursion(fold, translation)
}
