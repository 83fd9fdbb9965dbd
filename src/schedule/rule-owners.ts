import type { ScheduleState } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import { days } from '../time/duration.ts'
import { plus } from '../time/instant.ts'
import type { Planned } from './plan.ts'

/** A folder that nobody has read for so long keeps its rules no more: it was moved, or its daemon is gone for good. */
const FORGOTTEN_AFTER = days(1)

/** A folder of rules that nobody reads any more. */
export interface UnreadFolder {
  readonly folder: string
  /** When it was last read; undefined when that is not known. */
  readonly since: Instant | undefined
}

/**
 * Whose the pairs of a ledger are, seen from one folder of rules. Several processes may read several folders and share a
 * ledger. A pair belongs to the folder that registered it: who reads another one lets it be, or each would end what the
 * other has begun, and slots would be given up. A rule that both have is run by both, whoever comes first.
 */
export class RuleOwners {
  readonly #folder: string
  readonly #reads: ReadonlyMap<string, Instant>
  readonly #now: Instant

  /** @param folder empty: not known, and nobody else's either */
  constructor(folder: string, reads: ReadonlyMap<string, Instant>, now: Instant) {
    this.#folder = folder
    this.#reads = reads
    this.#now = now
  }

  /** May this folder say how the pair is scheduled, and that it is not any more? */
  isOurs({ ruleFolder }: ScheduleState): boolean {
    return !this.#isOther(ruleFolder) || this.#isForgotten(ruleFolder)
  }

  /** Has the ledger no idea of the pair, or another one that this folder may put right? */
  mustRegister({ rule }: Planned, state: ScheduleState | undefined): boolean {
    if (state === undefined || state.inactive !== undefined) return true
    const { name, source } = rule
    const isSame =
      state.ruleSha256 === source.sha256 &&
      state.ruleFile === source.file &&
      state.ruleName === name &&
      (state.ruleFolder === this.#folder || this.#folder === '')
    return !isSame && this.isOurs(state)
  }

  /** The folder that has another version of the rule, which is run as well. */
  rivalOf({ rule }: Planned, state: ScheduleState | undefined): string | undefined {
    if (state === undefined || state.inactive !== undefined || this.isOurs(state)) return undefined
    return state.ruleSha256 === rule.source.sha256 ? undefined : state.ruleFolder
  }

  /** Where the file of a pair that is ours now should have been. */
  unreadOf({ ruleFolder }: ScheduleState): UnreadFolder | undefined {
    return this.#isOther(ruleFolder) ? { folder: ruleFolder, since: this.#reads.get(ruleFolder) } : undefined
  }

  #isOther(owner: string): boolean {
    return owner !== this.#folder && owner !== '' && this.#folder !== ''
  }

  #isForgotten(owner: string): boolean {
    const readAt = this.#reads.get(owner)
    return readAt === undefined || plus(readAt, FORGOTTEN_AFTER) < this.#now
  }
}
