import type { BoundNode, BoundType } from '../../src/kql/bind/bound.ts'

/** All that a bound tree says, as values that assert can compare: what is lazy in it is asked for. */
export function plainTree(node: BoundNode): unknown {
  const { kind, span, text, type, symbol, resultName, nodes, lists, tokens } = node
  const called = node.called?.()
  return {
    ...{ kind, span, text, symbol, resultName, tokens },
    type: plainType(type),
    nodes: Object.entries(nodes).map(([name, nested]) => [name, plainTree(nested)]),
    lists: Object.entries(lists).map(([name, list]) => [name, list.map(plainTree)]),
    called: called && {
      isSaved: called.isSaved,
      parameters: called.parameters.map(({ name, type: declared, defaultValue }) => ({
        ...{ name, declared },
        defaultValue: defaultValue && plainTree(defaultValue),
      })),
      body: plainTree(called.body),
    },
  }
}

export function plainType(type: BoundType | undefined): unknown {
  return type && { ...type, ...('columns' in type ? { columns: [...type.columns] } : {}) }
}
