import type { WebhookFormat } from '../format.ts'

export const hunt: WebhookFormat = {
  name: 'hunt',
  summary: 'the incident with alerts, entities and rule, as docs/sinks.md describes it',
  template: `{
  "schemaVersion": {{ schemaVersion }},
  "key": {{ key }},
  "reason": {{ reason }},
  "incident": {{ incident }},
  "addedAlertIds": {{ addedAlertIds }},
  "event": {{ event }}
}`,
}
