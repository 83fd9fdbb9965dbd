import type { Trigger } from '../domain/rule.ts'

/** `undecided`: the answer was partial, and the rows that are missing could change what the threshold says. */
export type TriggerDecision = 'fires' | 'quiet' | 'undecided'

/**
 * Compares the row count of one run with the threshold; counts are never summed over runs
 * (shared/reference/azure-contract.md B4). All rows count, also those whose findings are already known.
 */
export function decideTrigger(trigger: Trigger, rowCount: number, isComplete: boolean): TriggerDecision {
  const fires = compare(trigger, rowCount) ? 'fires' : 'quiet'
  return isComplete || !couldChange(trigger, rowCount) ? fires : 'undecided'
}

function compare({ operator, threshold }: Trigger, rowCount: number): boolean {
  switch (operator) {
    case 'gt':
      return rowCount > threshold
    case 'lt':
      return rowCount < threshold
    case 'eq':
      return rowCount === threshold
    case 'ne':
      return rowCount !== threshold
  }
}

/** Could more rows turn the comparison round? Missing rows only ever add to the count. */
function couldChange({ operator, threshold }: Trigger, rowCount: number): boolean {
  return operator === 'lt' ? rowCount < threshold : rowCount <= threshold
}
