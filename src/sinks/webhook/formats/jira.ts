import { memberOf, parseJson, textOf } from '../../http/json.ts'
import type { WebhookFormat } from '../format.ts'

/**
 * An issue of Jira Cloud, REST API 3 (https://developer.atlassian.com/cloud/jira/platform/rest/v3/). A label with the
 * incident's id says whether the issue is there; Jira's search may lag some seconds behind.
 */
export const jira: WebhookFormat = {
  name: 'jira',
  summary: 'issue of Jira Cloud; `url` is the site, `authorization` `Basic <base64 of user:token>`',
  needs: ['project'],
  defaults: { issueType: 'Task' },
  path: '/rest/api/3/issue',
  template: `{
  "fields": {
    {% unless updating %}
    "project": { "key": {{ options.project }} },
    "issuetype": { "name": {{ options.issueType }} },
    "summary": {{ headline | short: 250 }},
    {% endunless %}
    "labels": [{% for tag in labels %}{{ tag | short: 250 }},{% endfor %}{{ "hunt-" | append: incident.id }}, {{ marker }}],
    "description": { "type": "doc", "version": 1, "content": [
      { "type": "codeBlock", "content": [{ "type": "text", "text": {{ text | short: 30000 }} }] }
    ] }
  }
}`,
  lookup: {
    ask: ({ base, incidentId, options }) => ({
      method: 'POST',
      url: `${base}/rest/api/3/search/jql`,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        jql: `project = "${(options['project'] ?? '').replace(/["\\]/g, '')}" AND labels = "hunt-${incidentId}"`,
        fields: ['labels'],
        maxResults: 1,
      }),
    }),
    read(answer, { marker }) {
      const issue = memberOf(parseJson(answer.text), 'issues', 0)
      const id = textOf(memberOf(issue, 'key'))
      const labels = memberOf(issue, 'fields', 'labels')
      return id === undefined ? undefined : { id, hasDelivery: Array.isArray(labels) && labels.includes(marker) }
    },
    update: ({ id }, base) => ({ method: 'PUT', url: `${base}/rest/api/3/issue/${encodeURIComponent(id)}` }),
  },
  idIn: ({ text }) => textOf(memberOf(parseJson(text), 'key')),
  location: (id, base) => `${base}/browse/${id}`,
}
