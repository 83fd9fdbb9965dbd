import type { BoundNode } from '../bind/bound.ts'
import type { ColumnDef, Union } from '../ir/relation.ts'
import type { Scalar } from '../ir/scalar.ts'
import { callScalar, literal, reference } from './flow.ts'
import type { Lowering } from './lowering.ts'

/** `* has "x"`: the test over each column's text, true where any of them passes. */
export function anyColumn(operator: string, columns: readonly ColumnDef[], term: Scalar, node: BoundNode): Scalar {
  if (columns.length > FEW && isFoundInRowText(operator, term)) {
    const values = columns.map((column) => reference(column, node.span))
    return callScalar(operator, 'bool', [rowText(values, node), term], node.span)
  }
  const tests = columns.map((column) =>
    callScalar(operator, 'bool', [asText(reference(column, node.span), node), term], node.span),
  )
  return anyOf(tests, node)
}

/** As deep as the logarithm of their number: a chain of the 2,000 columns of some 40 tables is deeper than the stack. */
function anyOf(tests: readonly Scalar[], { span }: BoundNode): Scalar {
  let level = tests
  while (level.length > 1) {
    level = level.flatMap((test, index) => {
      const other = level[index + 1]
      if (index % 2 === 1) return []
      return other === undefined ? [test] : [callScalar('or', 'bool', [test, other], span)]
    })
  }
  return level[0] ?? literal('bool', false, span)
}

/**
 * What stands between the texts of two columns in the text of a row: neither a letter nor a digit, so that terms end there.
 */
const SEPARATOR = '\n'

/** Fewer columns than these are not worth a text of their own. */
const FEW = 8

/** What finds a term within a text, wherever that begins and ends. */
const WITHIN = /^(?:has|contains|hasprefix|hassuffix)(?:_cs)?$/

/**
 * A text that holds no separator is in one of the columns if it is in the text of the row. A test of each column takes
 * seconds to plan over tables of some hundred columns, and longer for each row.
 */
export function isFoundInRowText(operator: string, term: Scalar): boolean {
  const { value } = term.kind === 'literal' ? term : { value: undefined }
  return WITHIN.test(operator) && typeof value === 'string' && value !== '' && isWithinOneText(value)
}

export const isWithinOneText = (term: string): boolean => !term.includes(SEPARATOR)

function rowText(values: readonly Scalar[], { span }: BoundNode): Scalar {
  if (values.length === 0) return literal('string', '', span)
  const texts = values.map((value) => asText(value, { span }))
  return callScalar('strcat_delim', 'string', [literal('string', SEPARATOR, span), ...texts], span)
}

function asText(value: Scalar, { span }: Pick<BoundNode, 'span'>): Scalar {
  return value.type === 'string' ? value : callScalar('tostring', 'string', [value], span)
}

/** What a term is looked for in: each of the columns, and the text of them all where many are searched. */
export interface Searched {
  readonly columns: readonly ColumnDef[]
  readonly text?: RowText
}

/** A column of the text of each row, which a union gets if a term is looked for in it. */
export class RowText {
  readonly #column: ColumnDef
  #isRead = false

  constructor(lowering: Lowering) {
    this.#column = lowering.column('$text', 'string')
  }

  find(operator: string, term: Scalar, { span }: BoundNode): Scalar {
    this.#isRead = true
    return callScalar(operator, 'bool', [reference(this.#column, span), term], span)
  }

  /** Made of those columns of `searched` that the row's own table has. */
  addTo(union: Union, searched: readonly ColumnDef[], node: BoundNode): Union {
    if (!this.#isRead) return union
    const isSearched = union.columns.map((column) => searched.includes(column))
    const inputs = union.inputs.map(({ sources, ...input }): Union['inputs'][number] => {
      const own = sources.flatMap((source, index) => (isSearched[index] === true && source !== undefined ? source : []))
      return { ...input, sources: [...sources, rowText(own, node)] }
    })
    return { ...union, columns: [...union.columns, this.#column], inputs }
  }
}
