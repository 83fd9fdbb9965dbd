import type { FunctionSchema, WorkspaceSchema } from '../../domain/schema.ts'
import { allOf, convertTree, type BoundNode, type TextSpan } from './bound.ts'
import type { KqlDiagnostic } from './diagnostics.ts'
import { INCOMPLETE, isSyntaxCode } from './service-codes.ts'
import { listItems } from './library.ts'
import { parseAndAnalyze, parsingGlobals } from './parse.ts'
import { findExcess } from './text-limits.ts'
import { functionsIn } from './world.ts'

/**
 * Calls of saved functions whose text cannot be read. The service would not have stored such a function; the language
 * service says nothing of it where it is called, and goes on with what it could read.
 */
export function faultsOfSavedFunctions(root: BoundNode, schema: WorkspaceSchema): KqlDiagnostic[] {
  const faulty = new Map<string, Fault & { readonly place: string }>()
  for (const saved of calledIn(root, schema)) {
    const fault = faultOf(saved)
    if (fault !== undefined) faulty.set(saved.name, { ...fault, place: placeIn(saved.body ?? '', fault.offset) })
  }
  if (faulty.size === 0) return []
  return [...callsIn(root)].flatMap(([name, span]) => {
    const fault = faulty.get(name)
    if (fault === undefined) return []
    return [
      {
        code: 'kql-syntax',
        severity: 'error',
        message: `the text of the saved function ${name} cannot be read: ${fault.message} (at its ${fault.place})`,
        hint: 'mend the function; Azure stores none that cannot be read',
        ...span,
        serviceCode: fault.serviceCode,
      },
    ]
  })
}

/** Saved functions with a text that the query calls, and what these may call. */
function calledIn(root: BoundNode, schema: WorkspaceSchema): ReadonlySet<FunctionSchema> {
  const called = allOf(root, isCall).flatMap((call) => schema.functions.get(nameOfCall(call)) ?? [])
  return new Set(called.flatMap((saved) => [saved, ...functionsIn(saved.body ?? '', schema)]))
}

/** What names a function, called or not. Not what has `called`: that is any expression, and to quote each takes as long as to bind them. */
const isCall = ({ symbol }: BoundNode): boolean => symbol?.kind === 'function'

const nameOfCall = ({ symbol }: BoundNode): string => symbol?.name ?? ''

/** Saved functions that are called, also by others, by name; of one that another calls, where that is called. */
function callsIn(root: BoundNode): ReadonlyMap<string, TextSpan> {
  const [saved, own] = [new Map<string, TextSpan>(), new Set<string>()]
  const visit = (node: BoundNode): void => {
    for (const call of allOf(node, isCall)) {
      const name = nameOfCall(call)
      const called = saved.has(name) ? undefined : call.called?.()
      if (called === undefined || (!called.isSaved && own.has(name))) continue
      if (called.isSaved) saved.set(name, call.span)
      else own.add(name)
      visit(called.body)
    }
  }
  visit(root)
  return saved
}

type Fault = Pick<KqlDiagnostic, 'message' | 'offset' | 'serviceCode'>

const known = new WeakMap<FunctionSchema, { readonly fault: Fault | undefined }>()

function faultOf(saved: FunctionSchema): Fault | undefined {
  if (saved.body === undefined) return undefined
  let found = known.get(saved)
  if (found === undefined) known.set(saved, (found = { fault: findFault(saved.body) }))
  return found.fault
}

function findFault(body: string): Fault | undefined {
  const excess = findExcess(body)
  if (excess !== undefined) return excess
  const code = parseAndAnalyze(body, parsingGlobals())
  const found = listItems(code.GetDiagnostics())
  const [fault] = found.filter(
    ({ Code, Severity }) => Severity === 'Error' && (isSyntaxCode(Code) || Code === INCOMPLETE),
  )
  if (fault === undefined) return misplacedStatement(convertTree(code.Syntax, body, false), body)
  return { message: fault.Message, offset: fault.Start, serviceCode: fault.Code }
}

/** A query may have more statements than the body of a function, of which everything behind the first other one would be lost. */
function misplacedStatement(root: BoundNode, body: string): Fault | undefined {
  const statements = root.lists['Statements'] ?? []
  const first = statements.findIndex(({ kind }) => kind !== 'LetStatement')
  const [last, next] = first === -1 ? [] : statements.slice(first)
  if (last === undefined) return fault('there is no expression', body.length)
  const other = last.kind === 'ExpressionStatement' ? next : last
  return other && fault('a function holds let statements and one expression', other.span.offset)
}

const fault = (message: string, offset: number): Fault => ({ message, offset, serviceCode: INCOMPLETE })

function placeIn(body: string, offset: number): string {
  const lines = body.slice(0, offset).split('\n')
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
}
