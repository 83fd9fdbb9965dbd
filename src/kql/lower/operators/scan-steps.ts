import { child, isDynamic, nestedNodes, type BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { ColumnDef, Computed, Fold } from '../../ir/relation.ts'
import { UNDECIDED_TYPE, type Scalar } from '../../ir/scalar.ts'
import { Rewriter, someInner } from '../../ir/rewrite.ts'
import { callScalar, literal, nullLiteral, reference, type Flow } from '../flow.ts'
import type { OperatorContext } from '../operator.ts'
import { lowerScalar, nameOf, type ScalarContext } from '../scalar.ts'
import { conversion } from '../conversion.ts'
import { fits } from '../../functions/convert.ts'

export interface ScanStep {
  readonly node: BoundNode
  readonly name: string
  readonly condition: BoundNode | undefined
  readonly assignments: readonly { readonly name: string; readonly expression: BoundNode }[]
  readonly output: 'all' | 'last' | 'none'
}

export interface Declared {
  readonly column: ColumnDef
  /** The default, null (empty) without one. */
  readonly standard: Scalar
}

/** A column of a step that any step reads. */
interface Remembered {
  readonly column: ColumnDef
  /** Before a match. */
  readonly blank: Scalar
  /** Of an expression over the row that the step has matched: where it stands, and what it is of a row. */
  readonly made?: { readonly nodes: readonly BoundNode[]; readonly ofRow: Scalar }
}

/** What a step remembers: whether it has an active sequence, its number, and the last match of this and earlier steps. */
interface StepState {
  active: ColumnDef
  id: ColumnDef
  /** `records[j]` are the columns of step `j` that any step reads. */
  records: ColumnDef[][]
}

/**
 * The state machine of `scan`. Each row is tried against the steps from the last to the first. It matches a step whose
 * predecessor is active, and then takes the sequence over from there («promoted»); else one that is active itself, or the
 * first. A sequence gets the next number when it begins in an empty first step.
 */
export function walkSteps(
  steps: readonly ScanStep[],
  flow: Flow,
  declared: readonly Declared[],
  context: OperatorContext,
  node: BoundNode,
): Fold {
  const [row] = flow.order
  if (row?.value.kind !== 'column') throw unsupported('scan over rows without an order', node.span)
  const walk = new Walk(steps, flow, declared, context, node)
  for (const index of [...steps.keys()].reverse()) walk.evaluate(index)
  return walk.fold({ id: row.value.id, name: row.value.name, type: 'long' })
}

class Walk {
  readonly #steps: readonly ScanStep[]
  readonly #flow: Flow
  readonly #declared: readonly Declared[]
  readonly #context: OperatorContext
  readonly #node: BoundNode
  readonly #read: readonly (readonly Remembered[])[]
  readonly #initial: Computed[] = []
  readonly #states: StepState[]
  readonly #stages: Computed[][] = []
  readonly #blank: ColumnDef[][]
  readonly #outputs: { when: ColumnDef; values: ColumnDef[] }[] = []
  #nextId: ColumnDef

  constructor(
    steps: readonly ScanStep[],
    flow: Flow,
    declared: readonly Declared[],
    context: OperatorContext,
    node: BoundNode,
  ) {
    // prettier-ignore
    this.#steps = steps
    this.#flow = flow
    this.#declared = declared
    this.#context = context
    this.#node = node
    this.#read = steps.map(({ name }) => this.#readColumns(name))
    this.#nextId = this.#state('$next', 'long', literal('long', 0n))
    this.#states = steps.map((_, index) => ({
      active: this.#state('$active', 'bool', literal('bool', false)),
      id: this.#state('$id', 'long', nullLiteral('long')),
      records: this.#read
        .slice(0, index + 1)
        .map((read) => read.map(({ column, blank }) => this.#state(column.name, column.type, blank))),
    }))
    const blanks = this.#read.map((read) => read.map(({ column, blank }) => this.#computed(column.name, blank)))
    const standards = declared.map(({ column, standard }): Computed => ({ ...column, value: standard }))
    this.#stages.push([...standards, ...blanks.flat()])
    this.#blank = blanks
  }

  #readColumns(step: string): readonly Remembered[] {
    const ofRow = this.#madeOfRow(step)
    const nodes = new Set(ofRow.flatMap(({ made }) => made?.nodes ?? []))
    const isRead = (name: string): boolean => this.#steps.some(({ node }) => readsMember(node, { step, name, nodes }))
    const columns = [
      ...this.#declared.map(({ column, standard }) => ({ column, blank: standard })),
      ...this.#flow.columns.map((column) => ({ column, blank: nullLiteral(column.type) })),
    ]
    return [...columns.filter(({ column }) => isRead(column.name)), ...ofRow]
  }

  /**
   * The largest expressions over nothing but columns of the row that the step has matched, `s.Location.city`. They are computed
   * with that row and remembered, so that what goes from row to row is a value (sql/fold-blocks.ts).
   */
  #madeOfRow(step: string): readonly Remembered[] {
    const inputs = new Set(this.#flow.columns.map(({ name }) => name))
    const found = new Map<string, BoundNode[]>()
    for (const { condition, assignments } of this.#steps) {
      for (const root of [condition, ...assignments.map(({ expression }) => expression)]) {
        for (const node of root === undefined ? [] : expressionsOver(root, step, inputs)) {
          found.set(node.text, [...(found.get(node.text) ?? []), node])
        }
      }
    }
    return [...found.values()].flatMap((nodes): Remembered[] => {
      const [node] = nodes
      if (node === undefined) return []
      const records = new Map([[step, this.#flow.columns]])
      const ofRow = lowerScalar(node, { ...this.#context, scope: { columns: [], order: [], records } })
      // As in mayRefuse(): of such a column no type is known.
      if (someInner(ofRow, (scalar) => scalar.kind === 'call' && scalar.name === UNDECIDED_TYPE)) return []
      const names = new Map(this.#flow.columns.map((column) => [column.id, column]))
      const blanks = new Rewriter({
        scalar: (scalar) => {
          const column = scalar.kind === 'column' ? names.get(scalar.id) : undefined
          return column === undefined ? scalar : nullLiteral(column.type, scalar.span)
        },
      })
      const column = this.#context.lowering.column('$made', ofRow.type)
      return [{ column, blank: blanks.scalar(ofRow), made: { nodes, ofRow } }]
    })
  }

  #state(name: string, type: ColumnDef['type'], value: Scalar): ColumnDef {
    const state = { ...this.#context.lowering.column(name, type), value }
    this.#initial.push(state)
    return state
  }

  #computed(name: string, value: Scalar): Computed {
    return { ...this.#context.lowering.column(name, value.type), value }
  }

  #allStates(): ColumnDef[] {
    const steps = this.#states.flatMap(({ active, id, records }) => [active, id, ...records.flat()])
    return [this.#nextId, ...steps]
  }

  evaluate(index: number): void {
    const [step, own, before] = [this.#steps[index], this.#states[index], this.#states[index - 1]]
    if (step === undefined || own === undefined) return
    const isFirst = index === 0
    // A sequence that is taken over has no record of this step yet.
    const promoting = before === undefined ? undefined : this.#scope([...before.records, this.#blank[index] ?? []])
    const repeating = this.#scope(own.records)
    const taken = this.#computed('$taken', promoting === undefined || before === undefined ? literal('bool', false) : this.#both(reference(before.active), this.#test(step, promoting))) // prettier-ignore
    const repeated = this.#computed('$repeated', isFirst ? this.#test(step, repeating) : this.#both(reference(own.active), this.#test(step, repeating))) // prettier-ignore
    this.#stages.push([taken, repeated])
    const matched = this.#computed('$matched', this.#call('or', 'bool', reference(taken), reference(repeated)))
    const late = promoting === undefined ? undefined : this.#assigned(step, promoting)
    const early = this.#assigned(step, repeating)
    const values = early.map((value, at) => this.#computed('$value', this.#iff(taken, late?.[at] ?? value, value)))
    this.#stages.push([matched, ...values])
    this.#advance(index, { taken, matched, values })
  }

  /** The states after this step has seen the row. */
  #advance(
    index: number,
    { taken, matched, values }: { taken: ColumnDef; matched: ColumnDef; values: ColumnDef[] },
  ): void {
    // prettier-ignore
    const [own, before, step] = [this.#states[index], this.#states[index - 1], this.#steps[index]]
    if (own === undefined || step === undefined) return
    const { active } = own
    const stage: Computed[] = []
    const make = (name: string, value: Scalar): ColumnDef => {
      const made = this.#computed(name, value)
      stage.push(made)
      return made
    }
    if (before === undefined) {
      const begins = this.#both(reference(matched), this.#call('not', 'bool', reference(active)))
      const next = reference(this.#nextId)
      own.id = make('$id', this.#call('iff', 'long', begins, next, reference(own.id)))
      this.#nextId = make('$next', this.#call('iff', 'long', begins, this.#call('+', 'long', next, literal('long', 1n)), next)) // prettier-ignore
    } else {
      own.id = make('$id', this.#iff(taken, reference(before.id), reference(own.id)))
    }
    own.active = make('$active', this.#call('or', 'bool', reference(active), reference(matched)))
    const now = ({ column, made }: Remembered): Scalar =>
      made?.ofRow ?? reference(values[this.#declared.findIndex((each) => each.column === column)] ?? column)
    own.records = own.records.map((record, j) => record.map((state, at) => {
      const source = before?.records[j]?.[at]
      const read = this.#read[j]?.[at]
      if (j === index && read !== undefined) return make(state.name, this.#iff(matched, now(read), reference(state)))
      return source === undefined ? state : make(state.name, this.#iff(taken, reference(source), reference(state)))
    })) // prettier-ignore
    if (before !== undefined) {
      before.active = make('$active', this.#both(reference(before.active), this.#call('not', 'bool', reference(taken))))
      before.records = before.records.map((record, j) => record.map((state, at) => make(state.name, this.#iff(taken, reference(this.#blank[j]?.[at] ?? state), reference(state))))) // prettier-ignore
    }
    this.#stages.push(stage)
    if (step.output !== 'none') this.#outputs.push({ when: matched, values: [...values, own.id] })
  }

  fold(row: ColumnDef): Fold {
    const columns = [
      ...this.#declared.map(({ column: { name, type } }) => this.#context.lowering.column(name, type)),
      this.#context.lowering.column('$match', 'long'),
    ]
    return {
      kind: 'fold',
      input: this.#flow.relation,
      row,
      part: this.#context.part,
      states: this.#initial,
      stages: this.#stages.filter((stage) => stage.length > 0),
      after: this.#allStates(),
      outputs: this.#outputs,
      columns,
      position: this.#context.lowering.column('$output', 'long'),
      span: this.#node.span,
    }
  }

  /** `s.x` for each step `s` that has a record; a bare declared column is its default until it is assigned. */
  #scope(records: readonly (readonly ColumnDef[])[]): ScalarContext {
    const standards = this.#declared.map(({ column }) => column)
    const values = records.flatMap((record, j) =>
      record.flatMap((column, at) =>
        (this.#read[j]?.[at]?.made?.nodes ?? []).map((node) => [node, reference(column)] as const),
      ),
    )
    return {
      ...this.#context,
      scope: {
        columns: [...this.#flow.columns, ...standards],
        order: this.#flow.order,
        values: new Map(values),
        records: new Map(this.#steps.map(({ name }, index) => [name, records[index] ?? []])),
      },
    }
  }

  #test(step: ScanStep, context: ScalarContext): Scalar {
    if (step.condition === undefined) return literal('bool', true, step.node.span)
    const condition = lowerScalar(step.condition, context)
    if (condition.type !== 'bool') throw invalid('the condition of a step must be a bool', step.condition.span)
    return this.#call('coalesce', 'bool', condition, literal('bool', false))
  }

  #assigned(step: ScanStep, context: ScalarContext): Scalar[] {
    const values = new Map<string, Scalar>()
    for (const { name, expression } of step.assignments) {
      // Whether it would see the new value or the default no recorded answer shows.
      const early = this.#declared.find(({ column }) => values.has(column.name) && readsName(expression, column.name))
      if (early !== undefined) throw unsupported(`"${early.column.name}" after it was assigned in the same step`, expression.span) // prettier-ignore
      values.set(name, lowerScalar(expression, context))
    }
    return this.#declared.map(({ column, standard }) =>
      typed(values.get(column.name) ?? standard, column.type, step.node),
    )
  }

  #call(name: string, type: ColumnDef['type'], ...args: readonly Scalar[]): Scalar {
    return callScalar(name, type, args, this.#node.span)
  }

  #both(left: Scalar, right: Scalar): Scalar {
    return this.#call('and', 'bool', left, right)
  }

  #iff(test: ColumnDef, then: Scalar, otherwise: Scalar): Scalar {
    return then === otherwise ? then : this.#call('iff', then.type, reference(test), then, otherwise)
  }
}

/** A value of another type than the declared one the service takes where nothing is lost; what else it takes no page says. */
export function typed(value: Scalar, type: ColumnDef['type'], node: BoundNode): Scalar {
  if (value.type === type) return value
  if (value.kind === 'literal' && value.value === null) return nullLiteral(type, node.span)
  if (!fits(value.type, type)) throw unsupported(`a scan column of type ${type} with a value of type ${value.type}`, node.span, 'convert the value') // prettier-ignore
  return callScalar(conversion(type), type, [value], node.span)
}

/** `name` by itself, not as a member. */
function readsName(node: BoundNode, name: string): boolean {
  if (node.kind === 'PathExpression') return readsName(child(node, 'Expression'), name)
  if (node.kind === 'NameReference') return nameOf(node) === name
  return nestedNodes(node).some((part) => readsName(part, name))
}

interface Member {
  readonly step: string
  readonly name: string
  /** What has been computed, and is read no more. */
  readonly nodes: ReadonlySet<BoundNode>
}

/** `step.name` somewhere inside. */
function readsMember(node: BoundNode, member: Member): boolean {
  if (member.nodes.has(node)) return false
  if (isMemberOf(node, member.step) && nameOf(child(node, 'Selector')) === member.name) return true
  return nestedNodes(node).some((part) => readsMember(part, member))
}

function isMemberOf(node: BoundNode, step: string): boolean {
  const base = node.kind === 'PathExpression' ? child(node, 'Expression') : undefined
  return base?.kind === 'NameReference' && nameOf(base) === step
}

/** The largest expressions inside that read columns of the step's row, and nothing else. */
function expressionsOver(node: BoundNode, step: string, inputs: ReadonlySet<string>): readonly BoundNode[] {
  if (isMemberOf(node, step)) return []
  const isWhole = node.type?.kind === 'scalar' && node.kind.endsWith('Expression') && !WRAPPERS.has(node.kind)
  if (isWhole && readsStep(node, step) && readsOnly(node, step, inputs) && !mayRefuse(node)) return [node]
  return nestedNodes(node).flatMap((part) => expressionsOver(part, step, inputs))
}

/**
 * A comparison with a dynamic may find a value of which nobody knows what the service makes (functions/operators/comparison.ts). That
 * is refused at the row that asks for it, and no row may.
 */
function mayRefuse(node: BoundNode): boolean {
  const sides = node.tokens['Operator'] === undefined ? [] : [node.nodes['Left'], node.nodes['Right']]
  return sides.some(isDynamic) || nestedNodes(node).some(mayRefuse)
}

/** Not computed by themselves: what is in them is. */
const WRAPPERS = new Set([
  'ParenthesizedExpression',
  'SimpleNamedExpression',
  'BracketedExpression',
  'OrderedExpression',
])

function readsStep(node: BoundNode, step: string): boolean {
  return isMemberOf(node, step) || nestedNodes(node).some((part) => readsStep(part, step))
}

/** Another time it must give the same: no chance, no query, no function of the query's own. */
function readsOnly(node: BoundNode, step: string, inputs: ReadonlySet<string>): boolean {
  if (isMemberOf(node, step)) return inputs.has(nameOf(child(node, 'Selector')))
  if (node.kind === 'NameReference' || node.kind === 'ToScalarExpression' || node.kind === 'PipeExpression')
    return false
  if (node.kind === 'PathExpression') return readsOnly(child(node, 'Expression'), step, inputs)
  if (node.kind === 'FunctionCallExpression') {
    const { Name: name, ArgumentList: list } = node.nodes
    if (node.called?.() !== undefined || CHANGING.has(name?.text ?? '')) return false
    return list === undefined || readsOnly(list, step, inputs)
  }
  return nestedNodes(node).every((part) => readsOnly(part, step, inputs))
}

const CHANGING = new Set(['rand', 'new_guid'])
