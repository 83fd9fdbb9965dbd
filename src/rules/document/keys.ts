/**
 * Top-level keys of rule files. Those of the first group are read; those of the second are known and left alone.
 * shared/reference/azure-contract.md B1, and the fields that 3,628 published rule files carry. `hunt` is ours: what Sentinel
 * has no word for, in a block of its own that Sentinel ignores.
 */
export const READ_KEYS = [
  'id',
  'kind',
  'name',
  'description',
  'severity',
  'requiredDataConnectors',
  'query',
  'queryFrequency',
  'queryPeriod',
  'triggerOperator',
  'triggerThreshold',
  'tactics',
  'relevantTechniques',
  'subTechniques',
  'entityMappings',
  'sentinelEntitiesMappings',
  'customDetails',
  'alertDetailsOverride',
  'eventGroupingSettings',
  'suppressionEnabled',
  'suppressionDuration',
  'incidentConfiguration',
  'version',
  'tags',
  'enabled',
  'hunt',
] as const

export type ReadKey = (typeof READ_KEYS)[number]

const INFORMATIONAL_KEYS = [
  'status',
  'metadata',
  'description-detailed',
  'description_detailed',
  'references',
  'falsePositives',
  'alertRuleTemplateName',
  'startTimeUtc',
  'author',
  'source',
  'support',
  'categories',
  'threatAnalysisTactics',
  'threatAnalysisTechniques',
  'inputEntityType',
  'inputFields',
  'outputEntityTypes',
  'queryPeriodBefore',
  'queryPeriodAfter',
  'dataSources',
  'customization',
  'apiVersion',
  'type',
  'etag',
  'category',
  'templateVersionNumber',
  'lastModifiedUtc',
] as const

/** Other spellings that rule files, ARM exports and older tools use. */
const OTHER_NAMES: Readonly<Record<string, ReadKey>> = {
  displayname: 'name',
  techniques: 'relevantTechniques',
  templateversion: 'version',
}

const BY_LOWER_CASE = new Map<string, ReadKey>([
  ...READ_KEYS.map((key) => [key.toLowerCase(), key] as const),
  ...Object.entries(OTHER_NAMES),
])

const INFORMATIONAL = new Set(INFORMATIONAL_KEYS.map((key) => key.toLowerCase()))

/** Characters that nobody sees: they come along with text that was copied from a web page. */
export const INVISIBLE = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/g

/** The key that a written key stands for: without regard to case, white space and invisible characters. */
export function readKeyOf(written: string): ReadKey | undefined {
  return BY_LOWER_CASE.get(plainKey(written))
}

export function isInformationalKey(written: string): boolean {
  return INFORMATIONAL.has(plainKey(written)) || written.startsWith('$')
}

function plainKey(written: string): string {
  return written.replace(INVISIBLE, '').trim().toLowerCase()
}
