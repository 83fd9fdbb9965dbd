import type { ExcludedFinding } from '../domain/exclusion.ts'
import type { AnswerTable } from '../domain/kusto.ts'
import type { Rule } from '../domain/rule.ts'
import type { Finding, Findings, FirstRecord } from '../domain/run.ts'
import { batchesOf, type Sequence } from '../domain/sequence.ts'
import { entityMapper } from './entities.ts'
import { identify } from './identify.ts'
import { problemCounter } from './problems.ts'
import { createRemarks } from './remarks.ts'
import type { Remarks } from './remarks.ts'
import { readyMadeEntityReader } from './ready-made-entities.ts'
import { countOf, grouped } from '../text/count.ts'

/** A finding before the ledger was asked whether it is known. */
export type UnjudgedFinding = Omit<Finding, 'isNew' | 'firstRecorded'>

export interface FoundFindings {
  readonly findings: Sequence<UnjudgedFinding>
  readonly ids: FindingIds
  /** Of each finding, the position of its row in the answer, the first of those that repeat each other. */
  readonly firstRows: readonly number[]
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
}

export interface FindingIds {
  readonly length: number
  /** Of the finding with that number. */
  at(number: number): string
  /** Numbers of findings in the order of their ids, which is the quick one for whoever looks them up in an index. */
  sortedNumbers(): Iterable<number>
}

/** Up to so many findings are made once and kept; more are made anew from their rows by whoever goes through them. */
const MOST_KEPT = 10_000

/** One finding for each different row of the result, in the result's order, with its entities. */
export function findingsOf(rule: Rule, workspace: string, table: AnswerTable): FoundFindings {
  const remarks = createRemarks()
  const { ids, firstRows } = identify(rule, workspace, table, remarks)
  const { length } = firstRows
  const makeAll = (said: Remarks): Iterable<UnjudgedFinding> => made(rule, table, firstRows, ids, said)
  const problems = problemCounter(rule)
  const kept: UnjudgedFinding[] = []
  const repeated = table.rows.length - length
  if (repeated > 0)
    remarks.note(
      `${grouped(repeated)} of ${countOf(table.rows.length, 'result row')} only ${repeated === 1 ? 'repeats' : 'repeat'} another row`,
    )
  const areKept = length <= MOST_KEPT
  if (areKept || rule.entityMappings.length > 0 || rule.sentinelEntityColumns.length > 0) {
    for (const finding of makeAll(remarks)) {
      problems.add(finding)
      if (areKept) kept.push(finding)
    }
  }
  problems.remark(length, remarks)
  const findings = areKept ? kept : { length, [Symbol.iterator]: () => makeAll(createRemarks())[Symbol.iterator]() }
  return { findings, ids, firstRows, warnings: remarks.warnings(), notes: remarks.notes() }
}

function* made(
  rule: Rule,
  { columns, rows }: AnswerTable,
  firstRows: readonly number[],
  ids: FindingIds,
  remarks: Remarks,
): Generator<UnjudgedFinding> {
  const mapEntities = entityMapper(rule.entityMappings, columns)
  const readyMade = readyMadeEntityReader(rule.sentinelEntityColumns, columns, remarks)
  let number = 0
  let index = 0
  for (const row of rows) {
    if (index++ !== firstRows[number]) continue
    const id = ids.at(number++)
    const { entities, problems } = mapEntities(row)
    yield { id, row, entities: [...entities, ...readyMade(row)], entityProblems: problems }
  }
}

/** Ids for which the ledger is asked at a time. */
const BATCH = 5000

export interface JudgedFindings {
  readonly findings: Findings
  /** Those that no earlier run knows. */
  readonly fresh: Sequence<Finding>
  readonly excluded: Sequence<ExcludedFinding>
}

/**
 * Marks what the ledger knows, and takes out what exclusions hide.
 *
 * @param known asked for some ids at a time: those of them that are recorded, and where
 * @param hidden by the position of a row, the names of the exclusions that hide it
 */
export function judgeFindings(
  { findings, ids, firstRows }: Pick<FoundFindings, 'findings' | 'ids' | 'firstRows'>,
  known: (ids: readonly string[]) => ReadonlyMap<string, FirstRecord>,
  hidden: ReadonlyMap<number, readonly string[]> = new Map(),
): JudgedFindings {
  const verdicts = verdictsOf(ids, known)
  const hiddenBy = (number: number): readonly string[] | undefined => hidden.get(firstRows[number] ?? -1)
  const isShown = (number: number): boolean => hidden.size === 0 || hiddenBy(number) === undefined
  const pick = <Item>(isWanted: (number: number) => boolean, item: (finding: Finding, number: number) => Item) => {
    const length = firstRows.reduce((count, _row, number) => count + (isWanted(number) ? 1 : 0), 0)
    const picked: Sequence<Item> = {
      length,
      *[Symbol.iterator]() {
        // Nothing to find costs no pass over the rows.
        if (length === 0) return
        let number = 0
        for (const finding of findings) {
          if (isWanted(number)) yield item({ ...finding, ...verdicts.at(number) }, number)
          number++
        }
      },
    }
    return Array.isArray(findings) ? [...picked] : picked
  }
  const asIs = (finding: Finding): Finding => finding
  const shown = pick(isShown, asIs)
  const judged: Findings = {
    length: shown.length,
    [Symbol.iterator]: () => shown[Symbol.iterator](),
    ids: {
      *[Symbol.iterator]() {
        for (const number of ids.sortedNumbers()) {
          if (isShown(number)) yield { id: ids.at(number), isNew: verdicts.at(number).isNew }
        }
      },
    },
  }
  return {
    findings: Array.isArray(shown) ? shown : judged,
    fresh: pick((number) => isShown(number) && verdicts.at(number).isNew, asIs),
    excluded: pick(
      (number) => !isShown(number),
      (finding, number) => ({ finding, by: hiddenBy(number) ?? [] }),
    ),
  }
}

type Verdict = Pick<Finding, 'isNew' | 'firstRecorded'>

const NEW: Verdict = { isNew: true }

/** Many findings share one first record: a number each is enough. */
function verdictsOf(
  ids: FindingIds,
  known: (ids: readonly string[]) => ReadonlyMap<string, FirstRecord>,
): { at(number: number): Verdict } {
  const different: Verdict[] = [NEW]
  const numbers = new Map<string, number>()
  const verdicts = new Uint32Array(ids.length)
  for (const batch of batchesOf(ids.sortedNumbers(), BATCH)) {
    const records = known(batch.map((finding) => ids.at(finding)))
    for (const finding of batch) {
      const record = records.get(ids.at(finding))
      if (record === undefined) continue
      const key = `${record.slot} ${record.incidentId ?? ''}`
      const number = numbers.get(key) ?? different.push({ isNew: false, firstRecorded: record }) - 1
      numbers.set(key, number)
      verdicts[finding] = number
    }
  }
  return { at: (number) => different[verdicts[number] ?? 0] ?? NEW }
}
