import { columnsOf, type Computed, type Relation, type SharedRelation } from './relation.ts'
import type { ColumnId, Scalar, SortKey } from './scalar.ts'

/** How a pass changes nodes; children come first. Undefined leaves a kind of node as it is. */
export interface Rewrite {
  readonly relation?: (relation: Relation) => Relation
  readonly scalar?: (scalar: Scalar) => Scalar
}

/** Rewrites bottom-up. A shared relation is rewritten once and stays shared. */
export class Rewriter {
  readonly #rewrite: Rewrite
  readonly #shared = new Map<SharedRelation, SharedRelation>()

  constructor(rewrite: Rewrite) {
    this.#rewrite = rewrite
  }

  relation(relation: Relation): Relation {
    const rebuilt = this.#children(relation)
    return this.#rewrite.relation?.(rebuilt) ?? rebuilt
  }

  scalar(scalar: Scalar): Scalar {
    const rebuilt = this.#scalarChildren(scalar)
    return this.#rewrite.scalar?.(rebuilt) ?? rebuilt
  }

  #scalarChildren(scalar: Scalar): Scalar {
    switch (scalar.kind) {
      case 'column':
      case 'literal':
        return scalar
      case 'call':
        return { ...scalar, args: scalar.args.map((argument) => this.scalar(argument)) }
      case 'aggregate':
        return {
          ...scalar,
          args: scalar.args.map((argument) => this.scalar(argument)),
          order: this.#keys(scalar.order),
        }
      case 'window':
        return {
          ...scalar,
          args: scalar.args.map((argument) => this.scalar(argument)),
          order: this.#keys(scalar.order),
          ...(scalar.part === undefined ? {} : { part: this.scalar(scalar.part) }),
        }
      case 'subquery':
        return { ...scalar, relation: this.relation(scalar.relation) }
      case 'membership':
        return { ...scalar, needle: this.scalar(scalar.needle), relation: this.relation(scalar.relation) }
    }
  }

  #keys(keys: readonly SortKey[]): SortKey[] {
    return keys.map((key) => ({ ...key, value: this.scalar(key.value) }))
  }

  #computed(columns: readonly Computed[]): Computed[] {
    return columns.map((column) => ({ ...column, value: this.scalar(column.value) }))
  }

  #children(relation: Relation): Relation {
    switch (relation.kind) {
      case 'scan':
        return relation
      case 'values':
        return { ...relation, rows: relation.rows.map((row) => row.map((value) => this.scalar(value))) }
      case 'filter':
        return { ...relation, input: this.relation(relation.input), condition: this.scalar(relation.condition) }
      case 'extend':
      case 'project':
        return { ...relation, input: this.relation(relation.input), columns: this.#computed(relation.columns) }
      case 'aggregate':
        return {
          ...relation,
          input: this.relation(relation.input),
          keys: this.#computed(relation.keys),
          measures: this.#computed(relation.measures),
        }
      case 'unique':
        return {
          ...relation,
          input: this.relation(relation.input),
          keys: relation.keys.map((key) => this.scalar(key)),
        }
      case 'join':
        return {
          ...relation,
          left: this.relation(relation.left),
          right: this.relation(relation.right),
          keys: relation.keys.map(({ left, right }) => ({ left: this.scalar(left), right: this.scalar(right) })),
        }
      case 'union':
        return {
          ...relation,
          inputs: relation.inputs.map((input) => ({
            relation: this.relation(input.relation),
            sources: input.sources.map((source) => (source === undefined ? undefined : this.scalar(source))),
          })),
        }
      case 'limit':
      case 'number':
        return { ...relation, input: this.relation(relation.input), keys: this.#keys(relation.keys) }
      case 'range':
        return {
          ...relation,
          from: this.scalar(relation.from),
          to: this.scalar(relation.to),
          step: this.scalar(relation.step),
        }
      case 'expand':
        return {
          ...relation,
          input: this.relation(relation.input),
          items: relation.items.map((item) => ({ ...item, value: this.scalar(item.value) })),
        }
      case 'apply':
        return { ...relation, input: this.relation(relation.input), body: this.relation(relation.body) }
      case 'fold':
        return {
          ...relation,
          input: this.relation(relation.input),
          states: this.#computed(relation.states),
          stages: relation.stages.map((stage) => this.#computed(stage)),
        }
      case 'sessions':
        return { ...relation, input: this.relation(relation.input) }
      case 'walk': {
        const { between } = relation
        return {
          ...relation,
          starts: this.relation(relation.starts),
          steps: this.relation(relation.steps),
          between: between === undefined ? undefined : { ...between, relation: this.relation(between.relation) },
        }
      }
      case 'reference':
        return { ...relation, shared: this.#sharedRelation(relation.shared) }
    }
  }

  #sharedRelation(shared: SharedRelation): SharedRelation {
    let rewritten = this.#shared.get(shared)
    if (rewritten === undefined) {
      rewritten = { ...shared, relation: this.relation(shared.relation) }
      this.#shared.set(shared, rewritten)
    }
    return rewritten
  }
}

/** Is any relation such, also of those that are shared or lie in a scalar? */
export function someRelation(relation: Relation, test: (relation: Relation) => boolean): boolean {
  let isFound = false
  const visitor = new Rewriter({
    relation: (node) => {
      isFound ||= test(node)
      return node
    },
  })
  visitor.relation(relation)
  return isFound
}

/** Is an expression such, or any inside of it? */
export const someInner = (scalar: Scalar, test: (scalar: Scalar) => boolean): boolean =>
  someVisited(test, (visitor) => visitor.scalar(scalar))

/** Is any expression in `relation` such, or any inside of one? */
export const someScalar = (relation: Relation, test: (scalar: Scalar) => boolean): boolean =>
  someVisited(test, (visitor) => visitor.relation(relation))

function someVisited(test: (scalar: Scalar) => boolean, visit: (visitor: Rewriter) => unknown): boolean {
  let isFound = false
  const visitor = new Rewriter({
    scalar: (scalar) => {
      isFound ||= test(scalar)
      return scalar
    },
  })
  visit(visitor)
  return isFound
}

/** Does any expression in `relation` read one of the columns? */
export function readsColumn(relation: Relation, columns: ReadonlySet<ColumnId>): boolean {
  return someScalar(relation, (scalar) => scalar.kind === 'column' && columns.has(scalar.id))
}

/** Does it read columns that it has not: those of the row of an `apply` around it? */
export function namesOuterRow(relation: Relation): boolean {
  const own = new Set<ColumnId>()
  const visitor = new Rewriter({
    relation: (node) => {
      const inner = node.kind === 'fold' ? [...node.states, ...node.stages.flat()] : []
      for (const { id } of [...columnsOf(node), ...inner]) own.add(id)
      return node
    },
  })
  visitor.relation(relation)
  return someScalar(relation, (scalar) => scalar.kind === 'column' && !own.has(scalar.id))
}
