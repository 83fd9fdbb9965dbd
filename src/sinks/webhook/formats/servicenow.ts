import { memberOf, parseJson, textOf } from '../../http/json.ts'
import type { WebhookFormat } from '../format.ts'

/**
 * A record of ServiceNow's Table API (https://www.servicenow.com/docs/bundle/zurich-api-reference/page/integrate/inbound-rest/concept/c_TableAPI.html).
 * correlation_id is the incident, correlation_display the last delivery.
 */
export const servicenow: WebhookFormat = {
  name: 'servicenow',
  summary: 'record of a ServiceNow table; `url` is the instance, `authorization` `Basic …` or `Bearer …`',
  defaults: { table: 'incident' },
  path: '/api/now/table/{table}',
  template: `{
  {% unless updating %}
  "correlation_id": {{ incident.id }},
  "category": "security",
  {% endunless %}
  "correlation_display": {{ marker }},
  "short_description": {{ headline | short: 160 }},
  "description": {{ shortText | short: 3900 }},
  "impact": {% case incident.severity %}{% when "High" %}"1"{% when "Medium" %}"2"{% else %}"3"{% endcase %},
  "urgency": {% case incident.severity %}{% when "High" %}"1"{% when "Medium" %}"2"{% else %}"3"{% endcase %}
}`,
  lookup: {
    ask: ({ base, incidentId, options }) => ({
      method: 'GET',
      url: `${base}/api/now/table/${encodeURIComponent(options['table'] ?? '')}?sysparm_query=${encodeURIComponent(`correlation_id=${incidentId}`)}&sysparm_fields=sys_id,correlation_display&sysparm_limit=1`,
      headers: { Accept: 'application/json' },
    }),
    read(answer, { marker, options }) {
      const record = memberOf(parseJson(answer.text), 'result', 0)
      const id = textOf(memberOf(record, 'sys_id'))
      const table = options['table'] ?? ''
      return id === undefined
        ? undefined
        : { id: `${table}/${id}`, hasDelivery: memberOf(record, 'correlation_display') === marker }
    },
    update: ({ id }, base) => ({ method: 'PATCH', url: `${base}/api/now/table/${id}` }),
  },
  idIn: ({ text }) => textOf(memberOf(parseJson(text), 'result', 'sys_id')),
  location: (id, base) =>
    `${base}/nav_to.do?uri=${encodeURIComponent(`incident.do?sys_id=${id.replace(/^.*\//, '')}`)}`,
}
