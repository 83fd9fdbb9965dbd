import type { Filter, QueryPlan, Relation, Scan, ScanColumn, ScanTest } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import type { CallScalar, ColumnScalar, Scalar } from '../ir/scalar.ts'
import { inTermsOf } from './in-terms-of.ts'
import { conjuncts, elementsOf, hasWindow, refiltered } from './scan-bounds.ts'

/**
 * Looks for text at the scan, in the column as the file has it. Two gains: what makes `''` of NULL keeps DuckDB from
 * searching the few different values of a compressed column once instead of the many of its rows; and a text that holds
 * no `false` need not be read as JSON to know that its member `isCompliant` is not `"false"`.
 *
 * `filter (Name has "x") (scan T)` → `scan T where Name has "x"`
 */
export function testScans(plan: QueryPlan): QueryPlan {
  const rewriter = new Rewriter({
    relation: (relation) => (relation.kind === 'filter' ? withTests(relation) : relation),
  })
  return { ...plan, relation: rewriter.relation(plan.relation) }
}

function withTests(filter: Filter): Relation {
  let { input } = filter
  const rest: Scalar[] = []
  for (const condition of conjuncts(filter.condition)) {
    const found = pushed(input, condition)
    if (found?.isWhole !== true) rest.push(condition)
    input = found?.relation ?? input
  }
  return refiltered(filter, input, rest)
}

interface Pushed {
  readonly relation: Relation
  /** Does the test at the scan say all that the condition says? */
  readonly isWhole: boolean
}

/** Undefined where nothing is gained. */
function pushed(relation: Relation, condition: Scalar): Pushed | undefined {
  switch (relation.kind) {
    case 'scan': {
      const implied = impliedBy(condition, relation)
      if (implied === undefined || !implied.columns.some(isNativeText)) return undefined
      const test: ScanTest = { condition: implied.condition, columns: implied.columns }
      return { relation: { ...relation, tests: [...relation.tests, test] }, isWhole: implied.isWhole }
    }
    case 'filter':
      return onto(relation, pushed(relation.input, condition))
    case 'extend':
    case 'project': {
      // A window function sees the rows around: none of them may go below it.
      if (relation.columns.some(hasWindow)) return undefined
      const below = inTermsOf(condition, relation.columns)
      return below && onto(relation, pushed(relation.input, below))
    }
    default:
      return undefined
  }
}

function onto(
  relation: Extract<Relation, { kind: 'filter' | 'extend' | 'project' }>,
  below: Pushed | undefined,
): Pushed | undefined {
  return below && { ...below, relation: { ...relation, input: below.relation } }
}

interface Implied extends ScanTest {
  readonly isWhole: boolean
}

/** Tests of a text for others that the empty text fails, so that NULL may stand for it; whether they ignore case. */
const TEXT_TESTS: Readonly<Record<string, { readonly folds: boolean }>> = {
  '==': { folds: false },
  '=~': { folds: true },
  in: { folds: false },
  'in~': { folds: true },
  has: { folds: true },
  has_cs: { folds: false },
  hasprefix: { folds: true },
  hasprefix_cs: { folds: false },
  hassuffix: { folds: true },
  hassuffix_cs: { folds: false },
  contains: { folds: true },
  contains_cs: { folds: false },
  startswith: { folds: true },
  startswith_cs: { folds: false },
  endswith: { folds: true },
  endswith_cs: { folds: false },
  has_any: { folds: true },
}

/** A test on columns of the file that holds wherever the condition does. */
function impliedBy(condition: Scalar, scan: Scan): Implied | undefined {
  if (condition.kind !== 'call') return undefined
  const { name, args } = condition
  if (name === 'and' || name === 'or') {
    const all = args.map((side) => impliedBy(side, scan))
    const known = all.filter((one) => one !== undefined)
    const [first, ...others] = known
    const isAll = known.length === all.length
    if (first === undefined || (name === 'or' && !isAll)) return undefined
    return {
      condition: others.reduce((left, right) => joined(name, left, right.condition), first.condition),
      columns: known.flatMap(({ columns }) => columns),
      isWhole: isAll && known.every(({ isWhole }) => isWhole),
    }
  }
  const test = Object.hasOwn(TEXT_TESTS, name) ? TEXT_TESTS[name] : undefined
  const [subject, ...others] = args
  const texts = others.flatMap(elementsOf).map(textOf)
  if (test === undefined || subject === undefined || texts.length === 0) return undefined
  if (!texts.every((text) => text !== undefined)) return undefined
  const column = scan.columns.find(({ id }) => subject.kind === 'column' && subject.id === id)
  if (column?.type === 'string') return { condition, columns: [column], isWhole: true }
  return impliedByMember(condition, subject, texts, test.folds, scan)
}

/** A non-empty constant text; a number is compared with a text as one (`ResultType == 50053`). */
function textOf(value: Scalar): string | undefined {
  if (value.kind === 'literal' && typeof value.value === 'bigint' && (value.type === 'long' || value.type === 'int')) {
    return String(value.value)
  }
  const isText = value.kind === 'literal' && value.type === 'string' && typeof value.value === 'string'
  return isText && value.value !== '' ? String(value.value) : undefined
}

/**
 * What JSON writes as it is, wherever it stands in it: nothing that whitespace between members, or another form of the same
 * number, could change.
 */
const VERBATIM = /^(?=.*[A-Za-z]{3})(?!.*(?:nan|inf))[\w .@-]+$/i

/** `tostring(D.a.b) == "text"`: the text of D holds the same letters, unless it writes letters by escapes. */
function impliedByMember(
  condition: CallScalar,
  subject: Scalar,
  texts: readonly string[],
  folds: boolean,
  scan: Scan,
): Implied | undefined {
  const root = rootOf(subject)
  const column = scan.columns.find(({ id }) => id === root?.id)
  if (root === undefined || column?.type !== 'dynamic' || !isNativeText(column)) return undefined
  if (!texts.every((text) => VERBATIM.test(text))) return undefined
  const raw: ColumnScalar = { ...root, type: 'string' }
  const holds = (text: string, name: string): CallScalar => ({
    kind: 'call',
    name,
    type: 'bool',
    args: [raw, { kind: 'literal', type: 'string', value: text, span: condition.span }],
    span: condition.span,
  })
  const escaped = holds('\\', 'contains_cs')
  const found = texts.map((text) => holds(text, folds ? 'contains' : 'contains_cs'))
  return {
    condition: found.reduce((left, right) => joined('or', left, right), escaped),
    columns: [column],
    isWhole: false,
  }
}

/** The column behind `tostring(…)` and members. */
function rootOf(value: Scalar): ColumnScalar | undefined {
  if (value.kind === 'column') return value
  const [inner] = value.kind === 'call' && ['tostring', 'dynamic path'].includes(value.name) ? value.args : []
  return inner && rootOf(inner)
}

function joined(name: 'and' | 'or', left: Scalar, right: Scalar): CallScalar {
  return { kind: 'call', name, type: 'bool', args: [left, right], span: left.span }
}

function isNativeText({ native }: ScanColumn): boolean {
  return native?.type === 'VARCHAR'
}
