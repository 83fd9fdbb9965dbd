import { child, children, type BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { ColumnDef, Computed } from '../../ir/relation.ts'
import type { ColumnId } from '../../ir/scalar.ts'
import { findColumn, reference, type Flow } from '../flow.ts'
import { boundColumns, constantScalar, rowContext, type OperatorContext, type OperatorLowering } from '../operator.ts'
import { nameOf } from '../scalar.ts'
import { lowerNamed } from './named.ts'
import { serialized } from './serialize.ts'

export const project: OperatorLowering = {
  kind: 'ProjectOperator',
  lower: (node, input, context) => {
    const flow = serialized(node, input, context)
    const names = boundColumns(node)
    const named = children(node, 'Expressions').flatMap((item) => lowerNamed(item, rowContext(flow, context)))
    const computed = named.map(({ name, value }, index): Computed => {
      return { ...context.lowering.column(names[index]?.name ?? name, value.type), value }
    })
    return projectTo(flow, computed, node)
  },
}

/** Keeps hidden columns that the order of rows still needs. */
export function projectTo(input: Flow, computed: readonly Computed[], node: BoundNode): Flow {
  const hidden = new Map<ColumnId, Computed>()
  for (const { value } of input.order) {
    if (value.kind === 'column') hidden.set(value.id, { id: value.id, name: value.name, type: value.type, value })
  }
  const columns = computed.map(({ id, name, type }): ColumnDef => ({ id, name, type }))
  return {
    ...input,
    columns,
    relation: { kind: 'project', input: input.relation, columns: [...computed, ...hidden.values()], span: node.span },
  }
}

/** project-away, -keep, -reorder: the binder has already matched wildcards, so its columns say what stays, and where. */
function reselect(kind: string): OperatorLowering {
  return {
    kind,
    lower: (node, input, context) => {
      if (kind === 'ProjectByNamesOperator') refuseComputedNames(node, context)
      const columns = boundColumns(node).flatMap(({ name }) => {
        const column = findColumn(input.columns, name)
        if (column !== undefined) return [column]
        // A pattern that matches nothing stands among the columns of project-reorder.
        if (name.includes('*')) return []
        throw invalid(`there is no column "${name}" here`, node.span)
      })
      if (kind === 'ProjectKeepOperator' && columns.length === 0) {
        throw invalid('project-keep leaves no column: nothing matches its patterns', node.span)
      }
      return { ...input, columns }
    },
  }
}

/** The binder passes over names that it cannot read, and with them columns that the query asks for. */
function refuseComputedNames(node: BoundNode, context: OperatorContext): void {
  const computed = children(node, 'Expressions').find((item) => constantScalar(item, context).kind !== 'literal')
  if (computed === undefined) return
  throw unsupported('project-by-names with a computed name', computed.span, 'write the names as texts')
}

export const projectAway = reselect('ProjectAwayOperator')
export const projectByNames = reselect('ProjectByNamesOperator')
export const projectKeep = reselect('ProjectKeepOperator')
export const projectReorder = reselect('ProjectReorderOperator')

export const projectRename: OperatorLowering = {
  kind: 'ProjectRenameOperator',
  lower: (node, input) => ({ ...input, columns: renameColumns(node, input) }),
}

function renameColumns(node: BoundNode, input: Flow): ColumnDef[] {
  const renamed = new Map<string, string>()
  for (const item of children(node, 'Expressions')) {
    const column = nameOf(child(item, 'Expression'))
    if (renamed.has(column)) throw invalid(`project-rename names the column ${column} twice`, item.span)
    renamed.set(column, nameOf(child(item, 'Name')))
  }
  return input.columns.map((column) => ({ ...column, name: renamed.get(column.name) ?? column.name }))
}

/** Visible columns under new ids. */
export function copyColumns(columns: readonly ColumnDef[], context: OperatorContext): Computed[] {
  return columns.map((column) => ({ ...context.lowering.column(column.name, column.type), value: reference(column) }))
}
