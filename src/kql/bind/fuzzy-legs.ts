import type { TableSchema } from '../../domain/schema.ts'
import { allOf, nestedNodes, type BoundNode, type TextSpan } from './bound.ts'
import type { KqlDiagnostic } from './diagnostics.ts'

/** What a text is bound again without, and why: the reasons are warnings. */
export interface LeftOut {
  readonly spans: readonly TextSpan[]
  readonly reasons: readonly KqlDiagnostic[]
}

/** «The fuzzy name … does not refer to any known …»: a warning of `union isfuzzy=true`. */
const FUZZY_NAME = 'KS205'

/**
 * The legs that `union isfuzzy=true` goes on without; undefined where there are none. The service leaves out each leg
 * that it cannot analyse, not only those whose table is unknown, and warns: of operators in the leg and of a `let` table
 * that the leg names («let statement … could not be analyzed»). It refuses the query when no leg is left that «can be
 * evaluated successfully». These warnings of a workspace are recorded in the tests of a published client of Sentinel, and
 * detections that run in Sentinel have legs that group by a dynamic or name a column that their table lacks.
 */
export function findLeftOut(root: BoundNode, diagnostics: readonly KqlDiagnostic[]): LeftOut | undefined {
  // A text that does not parse is refused as a whole.
  if (diagnostics.some(({ code }) => code === 'kql-syntax')) return undefined
  const faults = diagnostics.filter((diagnostic) => isFuzzyName(diagnostic) || isFault(diagnostic))
  const unions = faults.length === 0 ? [] : fuzzyUnions(root)
  if (unions.length === 0) return undefined
  const all = leaveOut(root, unions, faults)
  // Where no leg is left, a fault is what the user has to hear of, rather than that nothing is left.
  return all.isComplete ? all.leftOut : leaveOut(root, unions, faults.filter(isAbsence)).leftOut
}

const isFuzzyName = ({ serviceCode }: KqlDiagnostic): boolean => serviceCode === FUZZY_NAME

const isFault = ({ severity }: KqlDiagnostic): boolean => severity === 'error'

/** That something is not there, as it may well be in another workspace. */
const isAbsence = (diagnostic: KqlDiagnostic): boolean =>
  isFuzzyName(diagnostic) || diagnostic.code === 'unknown-table' || diagnostic.code === 'unknown-function'

function leaveOut(
  root: BoundNode,
  unions: readonly FuzzyUnion[],
  faults: readonly KqlDiagnostic[],
): { readonly leftOut: LeftOut | undefined; readonly isComplete: boolean } {
  const hidden = new Hidden(root, unions)
  const reasons = faults.flatMap((fault): KqlDiagnostic[] => {
    if (!hidden.add(fault)) return []
    return [{ ...fault, severity: 'warning', leftOutLeg: isAbsence(fault) ? 'absent' : 'faulty' }]
  })
  const isComplete = hidden.closeEmptied()
  return { leftOut: reasons.length === 0 ? undefined : { spans: hidden.spans(), reasons }, isComplete }
}

interface FuzzyUnion {
  readonly node: BoundNode
  readonly legs: readonly BoundNode[]
  /** `T | union …`: T is no leg, and stays. */
  readonly isPiped: boolean
}

function fuzzyUnions(node: BoundNode, isPiped = false, found: FuzzyUnion[] = []): readonly FuzzyUnion[] {
  const parameters = node.kind === 'UnionOperator' ? (node.lists['Parameters'] ?? []) : []
  if (parameters.some(({ text }) => /^isfuzzy\s*=\s*true$/.test(text))) {
    found.push({ node, legs: node.lists['Expressions'] ?? [], isPiped })
  }
  for (const nested of nestedNodes(node)) {
    fuzzyUnions(nested, node.kind === 'PipeExpression' && nested === node.nodes['Operator'], found)
  }
  return found
}

const covers = (outer: TextSpan, { offset, length }: TextSpan): boolean =>
  outer.offset <= offset && offset + length <= outer.offset + outer.length

/** Legs, and the values of `let` statements that only such legs name. */
class Hidden {
  readonly #root: BoundNode
  readonly #unions: readonly FuzzyUnion[]
  readonly #lets: readonly BoundNode[]
  readonly #nodes = new Set<BoundNode>()
  /** Statements that were looked at, and whether only legs name them. */
  readonly #judged = new Map<BoundNode, boolean>()

  constructor(root: BoundNode, unions: readonly FuzzyUnion[]) {
    this.#root = root
    this.#unions = unions
    this.#lets = allOf(root, ({ kind }) => kind === 'LetStatement')
  }

  /** Hides what fails through a fault at `place`; false where more than legs fail through it. */
  add(place: TextSpan): boolean {
    const leg = this.#unions.flatMap(({ legs }) => legs.filter(({ span }) => covers(span, place))).at(-1)
    if (leg !== undefined) {
      this.#nodes.add(leg)
      return true
    }
    const statement = this.#lets.find(({ span }) => covers(span, place))
    return statement !== undefined && this.#addStatement(statement)
  }

  #addStatement(statement: BoundNode): boolean {
    const known = this.#judged.get(statement)
    if (known !== undefined) return known
    const [name, value] = [statement.nodes['Name']?.text, statement.nodes['Expression']]
    if (name === undefined || value === undefined) return false
    const { offset, length } = statement.span
    // The name is known behind the statement: in it, it may mean the table that it hides.
    const uses = namesIn(this.#root, name).filter(({ span }) => span.offset >= offset + length)
    const isOfLegs = uses.length > 0 && uses.every(({ span }) => this.add(span))
    this.#judged.set(statement, isOfLegs)
    if (isOfLegs) this.#nodes.add(value)
    return isOfLegs
  }

  /** A union of which no leg is left fails in its turn; false where that is more than a leg of another one. */
  closeEmptied(): boolean {
    return this.#unions.toReversed().every(({ node, legs, isPiped }) => {
      const isEmptied =
        !isPiped && legs.length > 0 && legs.every((leg) => this.#nodes.has(leg) || isMissingLeg(leg.text))
      return !isEmptied || this.add(node.span)
    })
  }

  /** Without those that lie in others. */
  spans(): readonly TextSpan[] {
    const all = [...this.#nodes].map(({ span }) => span)
    return all.filter((span) => !all.some((other) => other !== span && covers(other, span)))
  }
}

/** Where the text names something; a column of the name counts too, which errs on the safe side. */
function namesIn(root: BoundNode, name: string): readonly BoundNode[] {
  return allOf(root, (node) => node.kind === 'NameReference' && node.text === name)
}

/** Name of what stands for a leg that is left out: as long as the leg, so that all places stay right. */
export const isMissingLeg = (name: string): boolean => /^_+$/.test(name)

/** The text to bind again, with the name of a table of no columns where something is left out. */
export function withoutLegs(text: string, { spans }: LeftOut): string {
  return spans.reduce(
    (rest, { offset, length }) => rest.slice(0, offset) + '_'.repeat(length) + rest.slice(offset + length),
    text,
  )
}

export function tablesOfLegs({ spans }: LeftOut): readonly TableSchema[] {
  return spans.map(({ length }) => ({ name: '_'.repeat(length), columns: [] }))
}
