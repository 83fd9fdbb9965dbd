import { runEndpoints } from './background/endpoints.ts'
import { runInventory } from './background/inventory.ts'
import { runOperations } from './background/operations.ts'
import { runStaff } from './background/staff.ts'
import { createLogs } from './logs.ts'
import type { Logs } from './logs.ts'
import { createFleet, numberScripts } from './run-command.ts'
import type { Numbering, Trace } from './run-command.ts'
import { ATTACKS } from './scenarios/attacks.ts'
import { NEAR_MISSES } from './scenarios/near-misses.ts'
import { runRoutine } from './scenarios/routine.ts'
import type { Scenario } from './scenarios/scenario.ts'

export interface Week {
  readonly logs: Logs
  /** Every Run Command of the week, routine and told. */
  readonly traces: readonly Trace[]
  readonly scenarios: readonly Scenario[]
}

/** The sample week. Equal in every run: nothing in it depends on the clock, the machine or true randomness. */
export function generateWeek(): Week {
  // Told twice: the first pass only finds out which invocations there are, so that script numbers can follow time.
  const plan = tell(createLogs(), () => 0)
  const logs = createLogs()
  const week = tell(logs, numberScripts(plan.traces))
  runStaff(logs)
  runOperations(logs)
  runEndpoints(logs)
  runInventory(logs)
  return week
}

function tell(logs: Logs, numbering: Numbering): Week {
  const fleet = createFleet(logs, numbering)
  const scenarios = [...ATTACKS, ...NEAR_MISSES].map((scenario) => scenario({ logs, fleet }))
  runRoutine(fleet)
  return { logs, traces: fleet.traces(), scenarios }
}
