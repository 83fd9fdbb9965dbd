/** Tabular operators by the language service's SyntaxKind: one file each, one line here. */
import type { BoundNode } from '../../bind/bound.ts'
import type { Flow } from '../flow.ts'
import { graphOperatorKinds } from '../graph/index.ts'
import type { OperatorContext, OperatorLowering } from '../operator.ts'
import { count } from './count.ts'
import { lowerDatatable } from './datatable.ts'
import { distinct } from './distinct.ts'
import { evaluate } from './evaluate.ts'
import { extend } from './extend.ts'
import { lowerExternalData } from './externaldata.ts'
import { lowerFind } from './find.ts'
import { getschema } from './getschema.ts'
import { invoke } from './invoke.ts'
import { join, lookup } from './join.ts'
import { makeSeries } from './make-series.ts'
import { mvApply } from './mv-apply.ts'
import { mvExpand } from './mv-expand.ts'
import { as, render } from './passthrough.ts'
import { parse, parseWhere } from './parse.ts'
import { parseKv } from './parse-kv.ts'
import { partition } from './partition.ts'
import { lowerPrint } from './print.ts'
import { project, projectAway, projectByNames, projectKeep, projectRename, projectReorder } from './project.ts'
import { lowerRange } from './range.ts'
import { sample, sampleDistinct } from './sample.ts'
import { scan } from './scan.ts'
import { lowerSearchSource, search } from './search.ts'
import { serialize } from './serialize.ts'
import { sort, top } from './sort.ts'
import { summarize } from './summarize.ts'
import { take } from './take.ts'
import { topHitters } from './top-hitters.ts'
import { topNested } from './top-nested.ts'
import { lowerUnion, union } from './union.ts'
import { where } from './where.ts'

const OPERATORS: readonly OperatorLowering[] = [
  as,
  count,
  distinct,
  evaluate,
  extend,
  getschema,
  invoke,
  join,
  lookup,
  makeSeries,
  mvApply,
  mvExpand,
  parse,
  parseKv,
  parseWhere,
  partition,
  project,
  projectAway,
  projectByNames,
  projectKeep,
  projectRename,
  projectReorder,
  render,
  sample,
  sampleDistinct,
  scan,
  search,
  serialize,
  sort,
  summarize,
  take,
  top,
  topHitters,
  topNested,
  union,
  where,
]

/** What may stand before the first pipe, beside names and calls. */
interface SourceLowering {
  readonly kind: string
  readonly lower: (node: BoundNode, context: OperatorContext) => Flow
}

const SOURCES: readonly SourceLowering[] = [
  { kind: 'DataTableExpression', lower: lowerDatatable },
  { kind: 'ExternalDataExpression', lower: lowerExternalData },
  { kind: 'FindOperator', lower: lowerFind },
  { kind: 'PrintOperator', lower: lowerPrint },
  { kind: 'RangeOperator', lower: lowerRange },
  { kind: 'SearchOperator', lower: lowerSearchSource },
  { kind: 'UnionOperator', lower: (node, context) => lowerUnion(node, undefined, context) },
]

const operators = new Map(OPERATORS.map((operator) => [operator.kind, operator]))
const sources = new Map(SOURCES.map((source) => [source.kind, source]))

export const findOperator = (kind: string): OperatorLowering | undefined => operators.get(kind)
export const findSource = (kind: string): SourceLowering | undefined => sources.get(kind)
export const operatorKinds = (): readonly string[] => [...operators.keys(), ...sources.keys(), ...graphOperatorKinds()]
