import type { BoundNode } from '../bind/bound.ts'
import type { SharedRelation } from '../ir/relation.ts'
import type { Scalar } from '../ir/scalar.ts'
import type { Flow } from './flow.ts'
import type { Graph } from './graph/graph.ts'

/** A tabular `let` after its first use: lowered once, referenced by each use. */
export interface SharedFlow {
  readonly shared: SharedRelation
  readonly flow: Flow
}

export type Binding =
  | { readonly kind: 'scalar'; readonly value: () => Scalar }
  | { readonly kind: 'table'; readonly value: () => SharedFlow }
  | { readonly kind: 'graph'; readonly value: () => Graph }
  | { readonly kind: 'function'; readonly declaration: BoundNode; readonly environment: Environment }
  /** `declare pattern`: which query a tuple of constants stands for. */
  | { readonly kind: 'pattern'; readonly declaration: BoundNode; readonly environment: Environment }

/** Names of `let` statements and function parameters, innermost first. */
export class Environment {
  readonly #bindings = new Map<string, Binding>()
  readonly #parent: Environment | undefined

  constructor(parent?: Environment) {
    this.#parent = parent
  }

  define(name: string, binding: Binding): void {
    this.#bindings.set(name, binding)
  }

  find(name: string): Binding | undefined {
    return this.#bindings.get(name) ?? this.#parent?.find(name)
  }

  /** What a `let` sees: no name that comes later, nor its own, which may be that of one outside. */
  soFar(): Environment {
    const environment = new Environment(this.#parent)
    for (const [name, binding] of this.#bindings) environment.define(name, binding)
    return environment
  }

  names(): readonly string[] {
    return [...new Set([...(this.#parent?.names() ?? []), ...this.#bindings.keys()])]
  }
}
