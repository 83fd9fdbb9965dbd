export { incidentTest, ruleTest } from './incident-match.ts'
export type { IncidentSearch } from './incident-match.ts'
export { parseSilenceEntity, silencer, silenceWarnings } from './silence-match.ts'
export { alertsOf } from './alerts.ts'
export { canonicalJson } from './canonical-json.ts'
export {
  alertDocument,
  entityDocument,
  eventDocument,
  incidentDocument,
  lateDocument,
  ruleAsRunDocument,
} from './documents.ts'
export { findingsOf, judgeFindings } from './findings.ts'
export { identifiersOf } from './identifiers.ts'
export { incidentsOf } from './incidents.ts'
export { decideTrigger } from './trigger.ts'
export { guidOf } from './guid.ts'
