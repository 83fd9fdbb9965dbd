import type { Column, Row } from './kusto.ts'
import type { Instant } from './time.ts'

/** What is wrong with a condition; `offset` and `length` are UTF-16 units of its text. */
export interface ConditionFault {
  readonly message: string
  readonly hint?: string
  readonly offset: number
  readonly length: number
}

export interface ConditionExamination {
  /** Undefined for a boolean expression over the row alone. */
  readonly fault: ConditionFault | undefined
  /** Columns that it names; none when it has a fault. */
  readonly columns: readonly string[]
}

export interface ConditionQuestion {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  /** KQL expressions over the columns. */
  readonly conditions: readonly string[]
  /** What `now()` and `ago()` mean. */
  readonly now: Instant
}

/** Which rows meet a condition, by their position; null is no. Or why nobody can say. */
export type ConditionAnswer =
  | { readonly kind: 'answered'; readonly met: readonly boolean[] }
  | { readonly kind: 'failed'; readonly message: string }

/** Conditions on the rows of a result, as KQL understands them, wherever the rows came from. */
export interface RowConditions {
  /** Never rejects for faults of the condition. */
  examine(condition: string, columns: readonly Column[]): Promise<ConditionExamination>
  /** One answer for each condition, in their order: one that fails spoils no other. Rejects only when aborted. */
  ask(question: ConditionQuestion, signal: AbortSignal): Promise<readonly ConditionAnswer[]>
}
