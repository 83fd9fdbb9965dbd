import type { ForeignNode, ForeignSymbol, KustoLibrary } from './library.ts'

/** The method of the service's Binder that says which columns an expression of a projection makes. */
export type CreateProjectionColumns = (
  this: unknown,
  expression: ForeignNode,
  builder: unknown,
  diagnostics: unknown,
  style?: number,
  doNotRepeat?: boolean,
  columnType?: ForeignSymbol | null,
  columnName?: string | null,
) => void

/**
 * `hops = array_length(e)` over an edge of variable length is a long. The binder declares an array of whatever a projected expression
 * gives that names such an edge, which is right of `e.name` and not of a function over it: sorting by the hops, or
 * their min(), was then an error behind it.
 */
export function typeWalkColumns({ Binding }: KustoLibrary): void {
  const { prototype, ProjectionStyle } = Binding.Binder
  const create = prototype.CreateProjectionColumns
  prototype.CreateProjectionColumns = function (
    expression,
    builder,
    diagnostics,
    style,
    doNotRepeat,
    columnType,
    name,
  ) {
    const isOther = style === ProjectionStyle.GraphMatch && !isElement(expression)
    create.call(this, expression, builder, diagnostics, style, doNotRepeat, isOther ? null : columnType, name)
  }
}

/** Whether it is an edge itself or a property of one, with a name for it or without. */
function isElement(expression: ForeignNode & { readonly Expression?: ForeignNode }): boolean {
  const isNamed = expression.$$name.endsWith('.SimpleNamedExpression')
  const { $$name } = (isNamed ? expression.Expression : undefined) ?? expression
  return $$name.endsWith('.PathExpression') || $$name.endsWith('.NameReference')
}
