import { memberOf, parseJson, textOf } from '../../http/json.ts'
import type { WebhookFormat } from '../format.ts'

/**
 * An alert of TheHive 5 (https://docs.strangebee.com/thehive/api-docs/). Type, source and sourceRef together are unique
 * there, so that even two processes at once make one alert.
 */
export const thehive: WebhookFormat = {
  name: 'thehive',
  summary: 'alert of TheHive 5; `url` is its address, `authorization` `Bearer <api key>`',
  path: '/api/v1/alert',
  template: `{
  {% unless updating %}
  "type": "hunt",
  "source": "hunt",
  "sourceRef": {{ incident.id }},
  "date": {{ incident.firstActivity | epoch_ms }},
  "observables": [
    {% for observable in observables limit: 100 %}
    { "dataType": {{ observable.dataType }}, "data": {{ observable.data | short: 4000 }} }{% unless forloop.last %},{% endunless %}
    {% endfor %}
  ],
  {% endunless %}
  "title": {{ incident.title | short: 512 }},
  "description": {{ text | markdown | short: 30000 }},
  "severity": {% case incident.severity %}{% when "High" %}3{% when "Medium" %}2{% else %}1{% endcase %},
  "tags": [{% for tag in tags %}{{ tag | short: 128 }},{% endfor %}{{ marker }}]
}`,
  lookup: {
    ask: ({ base, incidentId }) => ({
      method: 'POST',
      url: `${base}/api/v1/query`,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        query: [
          { _name: 'listAlert' },
          {
            _name: 'filter',
            _and: [
              { _field: 'source', _value: 'hunt' },
              { _field: 'sourceRef', _value: incidentId },
            ],
          },
          { _name: 'page', from: 0, to: 1 },
        ],
      }),
    }),
    read(answer, { marker }) {
      const alert = memberOf(parseJson(answer.text), 0)
      const id = textOf(memberOf(alert, '_id'))
      const tags = memberOf(alert, 'tags')
      return id === undefined ? undefined : { id, hasDelivery: Array.isArray(tags) && tags.includes(marker) }
    },
    update: ({ id }, base) => ({ method: 'PATCH', url: `${base}/api/v1/alert/${encodeURIComponent(id)}` }),
  },
  idIn: ({ text }) => textOf(memberOf(parseJson(text), '_id')),
  location: (id, base) => `${base}/alerts/${id}/details`,
}
