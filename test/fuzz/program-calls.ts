/** How expressions are made of expressions whose value is beyond doubt: what compares with null, which the reference leaves open, is asked nowhere. */
import type { Context, Making, Scalar } from './program-parts.ts'
import type { Field } from './reference-interpreter.ts'
import { compare, type Type, type Value } from './reference-values.ts'

export interface Asked {
  readonly fields: readonly Field[]
  readonly context: Context
  readonly depth: number
  readonly making: Making
}

/** Undefined where the names at hand do not allow it. */
export type Maker = (asked: Asked) => Scalar | undefined

export const inner = ({ making, fields, context, depth }: Asked, type: Type): Scalar =>
  making.scalar(fields, type, context, depth - 1)

/** A call over expressions of the given types; each # of the text stands for one of them. */
export function call(type: Type, types: readonly Type[], text: string, of: (...values: Value[]) => Value): Maker {
  const pieces = text.split('#')
  return (asked) => {
    const parts = types.map((each) => inner(asked, each))
    return {
      text: pieces.map((piece, index) => `${piece}${parts[index]?.text ?? ''}`).join(''),
      type,
      of: (row, scope) => of(...parts.map((part) => part.of(row, scope))),
    }
  }
}

/** As `call`, for what is null where one of its operands is. */
export const strict = (type: Type, types: readonly Type[], text: string, of: (...values: never[]) => Value): Maker =>
  call(type, types, text, (...values) => (values.includes(null) ? null : of(...(values as never[]))))

/** One of them as often as one other maker: the forms of one function. */
export const oneOf =
  (...makers: readonly Maker[]): Maker =>
  (asked) =>
    asked.making.random.pick(makers)(asked)

/** Of constants that are chosen each time. */
export const chosen = <T>(choices: readonly T[], make: (choice: T) => Maker): Maker => oneOf(...choices.map(make))

/** A comparison of which a null makes false. */
export const test = (operator: string, types: readonly [Type, Type], of: (order: number) => boolean): Maker =>
  call('bool', types, `coalesce(# ${operator} #, false)`, (one, other) => one !== null && other !== null && of(compare(one, other))) // prettier-ignore

export const comparisons = (...types: readonly [Type, Type]): Maker =>
  oneOf(
    test('<', types, (order) => order < 0),
    test('>', types, (order) => order > 0),
    test('<=', types, (order) => order <= 0),
    test('>=', types, (order) => order >= 0),
    test('==', types, (order) => order === 0),
  )

export const isWithin = (value: Value, from: Value, to: Value): boolean =>
  value !== null && compare(value, from) >= 0 && compare(value, to) <= 0
