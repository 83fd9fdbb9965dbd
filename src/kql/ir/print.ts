import { inputsOf, type Computed, type QueryPlan, type Relation, type Scan, type SharedRelation } from './relation.ts'
import type { Scalar, SortKey } from './scalar.ts'

/** Indented text of a plan, for `hunt explain --stage ir` and golden tests. */
export function printPlan(plan: QueryPlan): string {
  const printer = new PlanPrinter()
  const body = printer.relation(plan.relation, 0)
  const columns = plan.columns.map(({ name, id, type }) => `${name}#${id}: ${type}`).join(', ')
  const order = plan.order.length === 0 ? '' : ` order ${plan.order.map((key) => printer.key(key)).join(', ')}`
  return [`result (${columns})${order}`, body, ...printer.sharedTexts()].join('\n')
}

class PlanPrinter {
  readonly #shared = new Map<string, string>()

  sharedTexts(): string[] {
    return [...this.#shared].map(([name, text]) => `shared ${name}\n${text}`)
  }

  relation(relation: Relation, depth: number): string {
    const indent = '  '.repeat(depth)
    const inputs = inputsOf(relation).map((input) => this.relation(input, depth + 1))
    if (relation.kind === 'reference') this.#remember(relation.shared)
    return [`${indent}${relation.kind}${this.#details(relation)}`, ...inputs].join('\n')
  }

  #remember(shared: SharedRelation): void {
    if (this.#shared.has(shared.name)) return
    this.#shared.set(shared.name, '')
    this.#shared.set(shared.name, this.relation(shared.relation, 1))
  }

  #details(relation: Relation): string {
    switch (relation.kind) {
      case 'scan':
        return ` ${relation.isSifted === true ? 'sifted ' : ''}${relation.table.name} (${relation.columns.map(({ name, id }) => `${name}#${id}`).join(', ')})${this.#conditions(relation)}${this.#limit(relation)}`
      case 'values':
        return ` (${relation.columns.map(({ name, id, type }) => `${name}#${id}: ${type}`).join(', ')}) ${relation.rows.length} rows`
      case 'filter':
        return ` ${this.scalar(relation.condition)}`
      case 'extend':
      case 'project':
        return ` ${this.#computed(relation.columns)}`
      case 'aggregate':
        return ` ${this.#computed(relation.measures)} by ${this.#computed(relation.keys)}`
      case 'unique':
        return ` ${relation.keys.map((key) => this.scalar(key)).join(', ')}`
      case 'join':
        return ` ${relation.join} on ${relation.keys.map(({ left, right }) => `${this.scalar(left)} == ${this.scalar(right)}`).join(', ')}`
      case 'union':
        return ` (${relation.columns.map(({ name, id }) => `${name}#${id}`).join(', ')})`
      case 'limit':
        return ` ${relation.count} by ${relation.keys.map((key) => this.key(key)).join(', ')}`
      case 'number':
        return ` ${relation.column.name}#${relation.column.id} by ${relation.keys.map((key) => this.key(key)).join(', ')}`
      case 'range':
        return ` ${relation.column.name}#${relation.column.id} from ${this.scalar(relation.from)} to ${this.scalar(relation.to)} step ${this.scalar(relation.step)}`
      case 'expand':
        return ` ${relation.items.map(({ value, column }) => `${column.name}#${column.id} = ${this.scalar(value)}`).join(', ')}`
      case 'apply':
        return ''
      case 'fold':
        return ` by #${relation.row.id}${relation.part === undefined ? '' : ` in #${relation.part.id}`} from ${this.#computed(relation.states)} do ${relation.stages.map((stage) => this.#computed(stage)).join('; ')}`
      case 'sessions':
        return ` ${relation.column.name}#${relation.column.id} of #${relation.value.id} up to #${relation.distance.id} in #${relation.segment.id} by #${relation.row.id}`
      case 'walk':
        return ` of ${relation.fewest} to ${relation.most} steps, unique ${relation.unique}${relation.shortest === undefined ? '' : `, ${relation.shortest} shortest`}${relation.measures.map(({ kind, of, value, column }) => `, ${column.name}#${column.id} = ${kind} ${of} ${value.name}#${value.id}`).join('')}`
      case 'reference':
        return ` ${relation.shared.name} (${relation.columns.map(({ name, id, source }) => `${name}#${id} = #${source}`).join(', ')})`
    }
  }

  #conditions({ bounds, tests }: Scan): string {
    const texts = [
      ...bounds.map(({ column, operator, values }) => {
        return `${column.name}#${column.id} ${operator} ${values.map((value) => this.scalar(value)).join(', ')}`
      }),
      ...tests.map(({ condition }) => this.scalar(condition)),
    ]
    return texts.length === 0 ? '' : ` where ${texts.join(' and ')}`
  }

  #limit({ limit }: Scan): string {
    if (limit === undefined) return ''
    const where = limit.conditions.map((condition) => this.scalar(condition)).join(' and ')
    const keys = limit.keys.map((key) => this.key(key)).join(', ')
    return ` limit ${limit.count}${keys === '' ? '' : ` by ${keys}`}${where === '' ? '' : ` where ${where}`}`
  }

  #computed(columns: readonly Computed[]): string {
    return columns.map(({ name, id, value }) => `${name}#${id} = ${this.scalar(value)}`).join(', ')
  }

  key({ value, descending, nullsFirst }: SortKey): string {
    return `${this.scalar(value)} ${descending ? 'desc' : 'asc'} nulls ${nullsFirst ? 'first' : 'last'}`
  }

  scalar(scalar: Scalar): string {
    switch (scalar.kind) {
      case 'column':
        return `${scalar.name}#${scalar.id}`
      case 'literal':
        return `${scalar.type}(${typeof scalar.value === 'string' ? JSON.stringify(scalar.value) : String(scalar.value)})`
      case 'call':
      case 'aggregate':
      case 'window': {
        const part = scalar.kind === 'window' && scalar.part !== undefined ? ` in ${this.scalar(scalar.part)}` : ''
        return `${scalar.name}(${scalar.args.map((argument) => this.scalar(argument)).join(', ')})${part}: ${scalar.type}`
      }
      case 'subquery':
        return `toscalar(\n${this.relation(scalar.relation, 2)})`
      case 'membership':
        return `${this.scalar(scalar.needle)} ${scalar.negated ? '!' : ''}in${scalar.fold ? '~' : ''} (\n${this.relation(scalar.relation, 2)})`
    }
  }
}
