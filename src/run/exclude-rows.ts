import { isInForce } from '../domain/exclusion.ts'
import type { Exclusion, ExclusionUse } from '../domain/exclusion.ts'
import type { AnswerTable } from '../domain/kusto.ts'
import type { RunRequest } from '../domain/run.ts'
import { batchesOf } from '../domain/sequence.ts'
import type { RunPorts } from './run-ports.ts'

export interface Exclusions {
  /** By the position of each row that is hidden, the names of the exclusions that hide it. */
  readonly hidden: ReadonlyMap<number, readonly string[]>
  readonly uses: readonly ExclusionUse[]
  readonly warnings: readonly string[]
}

const NO_EXCLUSIONS: Exclusions = { hidden: new Map(), uses: [], warnings: [] }

/** Rows that are asked about at once: the answer need not fit into memory. */
const BATCH = 50_000

/**
 * Asks the exclusions of the rule that are in force which rows of the answer they hide. One that cannot be asked about every
 * row hides none, and a warning says so: an incident too many, never one too few.
 */
export async function excludeRows(
  request: RunRequest,
  table: AnswerTable,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<Exclusions> {
  const inForce = (request.rule.exclusions ?? []).filter((exclusion) => isInForce(exclusion, request.slot))
  if (inForce.length === 0) return NO_EXCLUSIONS
  const verdicts = await ask(inForce, request, table, ports, signal)
  const hidden = new Map<number, readonly string[]>()
  const uses: ExclusionUse[] = []
  const warnings: string[] = []
  for (const { exclusion, positions, fault } of verdicts) {
    const { name, when, owner, reason, expires } = exclusion
    const met = fault === undefined ? positions : []
    for (const position of met) hidden.set(position, [...(hidden.get(position) ?? []), name])
    uses.push({ name, when, owner, reason, expires, rowCount: met.length, fault })
    if (fault !== undefined) warnings.push(warningOf(exclusion, fault))
  }
  return { hidden, uses, warnings }
}

interface Verdict {
  readonly exclusion: Exclusion
  /** Of the rows that meet it. */
  readonly positions: number[]
  fault: string | undefined
}

async function ask(
  exclusions: readonly Exclusion[],
  { slot }: RunRequest,
  { columns, rows }: AnswerTable,
  { conditions }: RunPorts,
  signal: AbortSignal,
): Promise<readonly Verdict[]> {
  const verdicts = exclusions.map((exclusion): Verdict => ({ exclusion, positions: [], fault: exclusion.fault }))
  let first = 0
  for (const batch of batchesOf(rows, BATCH)) {
    const open = verdicts.filter(({ fault }) => fault === undefined)
    if (open.length === 0) break
    const question = { columns, rows: batch, conditions: open.map(({ exclusion }) => exclusion.when), now: slot }
    const answers = (await conditions?.ask(question, signal)) ?? []
    for (const [index, verdict] of open.entries()) {
      const answer = answers[index]
      if (answer?.kind !== 'answered') verdict.fault = answer?.message ?? 'nothing here can evaluate conditions'
      else for (const [at, isMet] of answer.met.entries()) if (isMet) verdict.positions.push(first + at)
    }
    first += batch.length
  }
  return verdicts
}

function warningOf({ name, source }: Exclusion, fault: string): string {
  const { file, line, column } = source.span
  return `${file}:${line}:${column}: exclusion "${name}" hides nothing: ${fault}`
}
