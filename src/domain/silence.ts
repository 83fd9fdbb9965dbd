import type { Delivery } from './ports.ts'
import type { Severity } from './rule.ts'
import type { Instant } from './time.ts'

/** Kinds of entities that a silence can name, by what stands before the colon: `host:vm-1`. */
export const SILENCE_KINDS = [
  'account',
  'host',
  'ip',
  'url',
  'resource',
  'app',
  'dns',
  'file',
  'hash',
  'mailbox',
] as const
export type SilenceKind = (typeof SILENCE_KINDS)[number]

/** Author of silences that follow from a rule's suppression. */
export const SUPPRESSION = 'hunt'

/** What a silence is about: all that are given must hold, and at least one of rule and entity is. */
export interface SilenceTarget {
  readonly rule: { readonly id: string; readonly name: string } | undefined
  readonly workspace: string | undefined
  readonly entity: { readonly kind: SilenceKind; readonly value: string } | undefined
}

/**
 * For a while nobody is told of a rule, or of an entity. Detection goes on: findings become known, incidents open in the ledger.
 * Only their deliveries are held back, and when the silence ends, each sink is told what they were.
 */
export interface Silence {
  readonly id: number
  readonly target: SilenceTarget
  readonly since: Instant
  /** It ends before this moment; an earlier end by hand shortens it. */
  readonly until: Instant
  readonly reason: string
  readonly author: string
}

/** An incident that a run opened or let grow, and of which nobody was told. */
export interface SilencedIncident {
  readonly incidentId: string
  readonly silence: Silence
}

export interface SilenceRecord extends Silence {
  /** Incidents that nobody was told of, or not of all their alerts. */
  readonly incidentCount: number
  /** The gravest of them; undefined when there is none. */
  readonly gravest: Severity | undefined
  /** When the sinks were told of its end. */
  readonly toldAt: Instant | undefined
}

/** A delivery that a silence held back. */
export interface SilencedDelivery {
  readonly incidentId: string
  readonly ruleId: string
  readonly ruleName: string
  readonly workspace: string
  readonly severity: Severity
  readonly title: string
  readonly firstActivity: Instant
  readonly lastActivity: Instant
}

/** What a sink is told when a silence ends. */
export type SilenceSummary = Omit<Delivery, 'reason'>

export interface SilenceFilter {
  /** Only those that hold at this moment. */
  readonly at?: Instant
  /** At most so many, the latest; absent means 100. */
  readonly limit?: number
}

/** What a person may do with silences. Every method is one transaction. */
export interface SilenceLedger {
  silence(silence: Omit<Silence, 'id'>): Silence
  /** Latest first. */
  silences(filter: SilenceFilter): readonly SilenceRecord[]
  /** Ends those of the ids that still hold; returns them. */
  unsilence(ids: readonly number[], now: Instant): readonly Silence[]
}

/** As the command line names it: `host:vm-1 of Rare script in prod`. */
export function targetText({ rule, workspace, entity }: SilenceTarget): string {
  const what = entity === undefined ? undefined : `${entity.kind}:${entity.value}`
  const of = [what, rule?.name].filter((part) => part !== undefined).join(' of ')
  return workspace === undefined ? of : `${of} in ${workspace}`
}
