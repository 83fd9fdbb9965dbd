/** Expressions that the binder will mostly accept. */
import { KUSTO_TYPES, type Column, type KustoType } from '../../src/domain/kusto.ts'
import type { Catalogue, Parameter, Signature } from './catalogue.ts'
import type { Random } from './random.ts'
import { LITERALS } from './values.ts'

const ARITHMETIC: Readonly<Partial<Record<KustoType, readonly string[]>>> = {
  long: ['+', '-', '*', '/', '%'],
  int: ['+', '-', '*', '/', '%'],
  real: ['+', '-', '*', '/', '%'],
  decimal: ['+', '-', '*', '/'],
  timespan: ['+', '-'],
}
const TEXT_TESTS = [
  'has',
  '!has',
  'contains',
  '!contains',
  'startswith',
  'endswith',
  'has_cs',
  'contains_cs',
  'hasprefix',
  '=~',
  '!~',
  'matches regex',
]
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=']
const CONVERSIONS: Readonly<Record<KustoType, string>> = {
  bool: 'tobool', int: 'toint', long: 'tolong', real: 'todouble', decimal: 'todecimal', string: 'tostring', datetime: 'todatetime',
  timespan: 'totimespan', guid: 'toguid', dynamic: 'todynamic',
} // prettier-ignore

export interface Operand {
  readonly literal: string
  /** Undefined where nothing but this constant may stand. */
  readonly type: KustoType | undefined
}

/** A function or an operator, to be written over its operands or what stands for them. */
export interface Application {
  readonly name: string
  readonly operands: readonly Operand[]
  readonly over: (operands: readonly string[]) => string
}

export interface GuardedAggregate {
  readonly name: string
  readonly condition: string
  readonly plain: string
  readonly guarded: string
}

export class Expressions {
  readonly #random: Random
  readonly #catalogue: Catalogue
  readonly #byType = new Map<KustoType, Signature[]>()

  constructor(random: Random, catalogue: Catalogue) {
    this.#random = random
    this.#catalogue = catalogue
    for (const type of KUSTO_TYPES) {
      this.#byType.set(type, catalogue.scalars.filter(({ returns }) => returns === type)) // prettier-ignore
    }
  }

  literal(type: KustoType): string {
    return this.#random.pick(LITERALS[type])
  }

  anyType(): KustoType {
    return this.#random.pick(KUSTO_TYPES)
  }

  /** An expression that is most likely of the type. */
  ofType(type: KustoType, columns: readonly Column[], depth: number): string {
    const random = this.#random
    const fitting = columns.filter((column) => column.type === type)
    if (depth <= 0 || random.chance(0.15)) {
      return fitting.length > 0 && random.chance(0.75) ? name(random.pick(fitting)) : this.literal(type)
    }
    const calls = this.#byType.get(type) ?? []
    const roll = random.next()
    if (roll < 0.45 && calls.length > 0) return this.call(random.pick(calls), columns, depth - 1)
    if (roll < 0.6) return this.#operator(type, columns, depth - 1)
    if (roll < 0.7) return `iff(${this.ofType('bool', columns, depth - 1)}, ${this.ofType(type, columns, depth - 1)}, ${this.ofType(type, columns, depth - 1)})` // prettier-ignore
    if (roll < 0.85) return `${CONVERSIONS[type]}(${this.ofType(this.anyType(), columns, depth - 1)})`
    if (roll < 0.92) return `coalesce(${this.ofType(type, columns, depth - 1)}, ${this.ofType(type, columns, depth - 1)})` // prettier-ignore
    return `case(${this.ofType('bool', columns, depth - 1)}, ${this.ofType(type, columns, depth - 1)}, ${this.ofType(type, columns, depth - 1)})` // prettier-ignore
  }

  #operator(type: KustoType, columns: readonly Column[], depth: number): string {
    const random = this.#random
    if (type === 'bool') return this.#test(columns, depth)
    if (type === 'dynamic') {
      return random.pick([
        `parse_json(${this.ofType('string', columns, depth)})`,
        `pack_array(${this.ofType(this.anyType(), columns, depth)}, ${this.ofType(this.anyType(), columns, depth)})`,
        `bag_pack("k", ${this.ofType(this.anyType(), columns, depth)})`,
        `(${this.ofType('dynamic', columns, depth)})${random.pick(['.a', '[0]', '["b"]', '[-1]'])}`,
      ])
    }
    if (type === 'datetime') return `(${this.ofType('datetime', columns, depth)} ${random.pick(['+', '-'])} ${this.ofType('timespan', columns, depth)})` // prettier-ignore
    const operators = ARITHMETIC[type]
    if (operators === undefined) return this.ofType(type, columns, depth)
    if (random.chance(0.1)) return `-(${this.ofType(type, columns, depth)})`
    return `(${this.ofType(type, columns, depth)} ${random.pick(operators)} ${this.ofType(type, columns, depth)})`
  }

  #test(columns: readonly Column[], depth: number): string {
    const random = this.#random
    const type = this.anyType()
    const left = this.ofType(type, columns, depth)
    const roll = random.next()
    if (roll < 0.15) return `(${left} ${random.pick(['in', '!in', 'in~'])} (${this.literal(type)}, ${this.literal(type)}))` // prettier-ignore
    if (roll < 0.25) return `(${left} between (${this.literal(type)} .. ${this.literal(type)}))`
    if (roll < 0.45) return `(${this.ofType('string', columns, depth)} ${random.pick(TEXT_TESTS)} ${this.literal('string')})` // prettier-ignore
    if (roll < 0.6) return `(${this.ofType('bool', columns, depth)} ${random.pick(['and', 'or'])} ${this.ofType('bool', columns, depth)})` // prettier-ignore
    if (roll < 0.7) return `not(${this.ofType('bool', columns, depth)})`
    if (roll < 0.8) return `${random.pick(['isnull', 'isnotnull', 'isempty', 'isnotempty'])}(${left})`
    return `(${left} ${random.pick(COMPARISONS)} ${this.ofType(type, columns, depth)})`
  }

  /** An operator over literals. */
  operation(): Application {
    const random = this.#random
    const type = this.anyType()
    const other = random.chance(0.7) ? type : this.anyType()
    const of = (...kinds: readonly KustoType[]): Operand[] => kinds.map((kind) => ({ type: kind, literal: this.literal(kind) })) // prettier-ignore
    const roll = random.next()
    if (roll < 0.1) return { name: '-', operands: of(type), over: ([x = '']) => `-(${x})` }
    if (roll < 0.25) {
      const operator = random.pick(['in', '!in', 'in~', '!in~'])
      return { name: operator, operands: of(type, other, other), over: ([x = '', ...items]) => `(${x} ${operator} (${items.join(', ')}))` } // prettier-ignore
    }
    if (roll < 0.35) {
      const operator = random.pick(['between', '!between'])
      return { name: operator, operands: of(type, type, other), over: ([x = '', from = '', to = '']) => `(${x} ${operator} (${from} .. ${to}))` } // prettier-ignore
    }
    const isOfText = roll < 0.6
    const operator = random.pick(isOfText ? TEXT_TESTS : [...COMPARISONS, '+', '-', '*', '/', '%', 'and', 'or'])
    const operands = isOfText ? of('string', 'string') : of(type, other)
    return { name: operator, operands, over: ([x = '', y = '']) => `(${x} ${operator} ${y})` }
  }

  /** A function over literals. */
  application(): Application {
    const signature = this.#random.pick(this.#catalogue.scalars)
    return {
      name: signature.name,
      operands: this.#operands(signature, (type) => this.literal(type)),
      over: (operands) => `${signature.name}(${operands.join(', ')})`,
    }
  }

  call(signature: Signature, columns: readonly Column[], depth: number): string {
    return `${signature.name}(${this.arguments(signature, columns, depth).join(', ')})`
  }

  arguments(signature: Signature, columns: readonly Column[], depth: number): string[] {
    return this.#operands(signature, (type) => this.ofType(type, columns, depth)).map(({ literal }) => literal)
  }

  #operands({ parameters }: Signature, value: (type: KustoType) => string): Operand[] {
    const random = this.#random
    const common = random.pick(parameters.find(({ isCommon }) => isCommon)?.types ?? KUSTO_TYPES)
    const operands: Operand[] = []
    for (const parameter of parameters) {
      const count = parameter.min + random.integer(parameter.max - parameter.min + 1)
      for (let index = 0; index < count; index++) operands.push(this.#operand(parameter, common, value))
      // An optional argument can only be left out together with those after it.
      if (count === 0) break
    }
    return operands
  }

  #operand(parameter: Parameter, common: KustoType, value: (type: KustoType) => string): Operand {
    const random = this.#random
    const fixed = (literal: string): Operand => ({ literal, type: undefined })
    if (parameter.choices.length > 0) return fixed(random.pick(parameter.choices))
    if (parameter.types.length === 0) return fixed('*')
    const type = parameter.isCommon && parameter.types.includes(common) ? common : random.pick(parameter.types)
    return parameter.isConstant ? fixed(this.literal(type)) : { literal: value(type), type }
  }

  aggregate(columns: readonly Column[], depth: number): string {
    return this.call(this.#random.pick(this.#catalogue.aggregates), columns, depth)
  }

  /** `sumif(x, p)` and `sum(x)`; undefined for an aggregate that has no such form. */
  guardedAggregate(columns: readonly Column[], condition: string): GuardedAggregate | undefined {
    const { aggregates } = this.#catalogue
    const plain = this.#random.pick(aggregates)
    const guarded = aggregates.find(({ name: each }) => each === `${plain.name}if` || each === `${plain.name}_if`)
    if (guarded === undefined) return undefined
    const args = this.arguments(plain, columns, 1).slice(0, (guarded.parameters[0]?.min ?? 0) > 0 ? 1 : 0)
    const value = plain.parameters.length === 0 ? [] : args
    return {
      name: guarded.name,
      condition,
      plain: `${plain.name}(${value.join(', ')})`,
      guarded: `${guarded.name}(${[...value, condition].join(', ')})`,
    }
  }

  window(columns: readonly Column[], depth: number): string {
    return this.call(this.#random.pick(this.#catalogue.windows), columns, depth)
  }

  scalar(columns: readonly Column[], depth: number): string {
    return this.call(this.#random.pick(this.#catalogue.scalars), columns, depth)
  }
}

export const name = (column: Column): string => `['${column.name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`
