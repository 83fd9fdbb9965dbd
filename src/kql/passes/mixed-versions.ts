import type { TextSpan } from '../bind/bound.ts'
import type { Relation } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import type { ColumnId, Scalar } from '../ir/scalar.ts'
import { unsupported } from '../errors.ts'

/** Calls that give one of their arguments. */
const CHOICES: ReadonlySet<string> = new Set(['iff', 'iif', 'case', 'coalesce', 'max_of', 'min_of', 'prev', 'next'])

/** Aggregates that give one of the values. */
const PICKS = /^(?:max|min|take_any|any|arg_max|arg_min)(?:if)?$/

/**
 * `parse_version()` gives whole decimals of up to 32 digits, all others have 18 digits of their 38 behind the point. What may be either has
 * no room for both, and DuckDB would round the others: so it is refused. Comparisons convert, and fail where a version is too large.
 */
export function refuseMixedVersions(relation: Relation): void {
  const versions = new Set<ColumnId>()
  const isVersion = (scalar: Scalar): boolean => {
    switch (scalar.kind) {
      case 'column':
        return versions.has(scalar.id)
      case 'subquery':
        return versions.has(scalar.column)
      case 'call':
        return scalar.name === 'parse_version' || (CHOICES.has(scalar.name) && decimalsOf(scalar.args).some(isVersion))
      case 'aggregate':
        return PICKS.test(scalar.name) && scalar.type === 'decimal' && decimalsOf(scalar.args).some(isVersion)
      case 'window':
        return CHOICES.has(scalar.name) && decimalsOf(scalar.args).some(isVersion)
      case 'literal':
      case 'membership':
        return false
    }
  }
  const refuseMixture = (scalars: readonly Scalar[], span?: TextSpan): void => {
    const decimals = decimalsOf(scalars)
    const other = decimals.find((scalar) => !isVersion(scalar))
    if (other === undefined || !decimals.some(isVersion)) return
    throw unsupported(
      'a decimal beside one of parse_version()',
      span ?? other.span,
      'compare versions with versions only, or run this query against the workspace (--backend azure)',
    )
  }
  const note = (columns: readonly { readonly id: ColumnId; readonly value: Scalar }[]): void => {
    for (const { id, value } of columns) if (value.type === 'decimal' && isVersion(value)) versions.add(id)
  }
  const visitor = new Rewriter({
    scalar: (scalar) => {
      if ((scalar.kind === 'call' || scalar.kind === 'window') && CHOICES.has(scalar.name)) refuseMixture(scalar.args)
      if (scalar.kind === 'membership' && scalar.needle.type === 'decimal') {
        const { needle, column, span } = scalar
        refuseMixture([needle, { kind: 'column', id: column, name: '', type: 'decimal', span }], span)
      }
      return scalar
    },
    relation: (node) => {
      if (node.kind === 'extend' || node.kind === 'project') note(node.columns)
      if (node.kind === 'aggregate') note([...node.keys, ...node.measures])
      if (node.kind === 'reference') {
        for (const { id, source } of node.columns) if (versions.has(source)) versions.add(id)
      }
      if (node.kind === 'union') {
        for (const [index, column] of node.columns.entries()) {
          const sources = node.inputs.flatMap(({ sources: { [index]: source } }) =>
            source === undefined ? [] : [source],
          )
          refuseMixture(sources, node.span)
          note(sources.map((value) => ({ id: column.id, value })))
        }
      }
      return node
    },
  })
  visitor.relation(relation)
}

/** Those of the type, nulls aside. */
function decimalsOf(scalars: readonly Scalar[]): readonly Scalar[] {
  return scalars.filter((scalar) => scalar.type === 'decimal' && !(scalar.kind === 'literal' && scalar.value === null))
}
