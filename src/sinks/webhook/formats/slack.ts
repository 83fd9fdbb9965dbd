import type { WebhookFormat } from '../format.ts'

/**
 * Blocks for an incoming webhook (https://api.slack.com/reference/block-kit/blocks): header of 150 characters, sections of
 * 3000, ten fields of 2000. Log data is plain text where Slack allows it and escaped where it does not.
 */
export const slack: WebhookFormat = {
  name: 'slack',
  summary: 'blocks for a Slack incoming webhook',
  template: `{
  "text": {{ headline | mrkdwn | short: 3000 }},
  "unfurl_links": false,
  "unfurl_media": false,
  "blocks": [
    { "type": "header", "text": { "type": "plain_text", "emoji": false, "text": {{ headline | short: 150 }} } },
    { "type": "section", "fields": [
      {% for fact in facts limit: 10 %}
      { "type": "plain_text", "emoji": false, "text": {{ fact[0] | append: ": " | append: fact[1] | short: 500 }} }{% unless forloop.last %},{% endunless %}
      {% endfor %}
    ] },
    {% if incident.entities.size > 0 %}
    { "type": "section", "text": { "type": "plain_text", "emoji": false, "text": {{ entityLines | short: 2900 }} } },
    {% endif %}
    {% if details.size > 0 %}
    { "type": "section", "text": { "type": "plain_text", "emoji": false, "text": {{ detailLines | short: 2900 }} } },
    {% endif %}
    { "type": "section", "text": { "type": "plain_text", "emoji": false, "text": {% if incident.description == "" %}"(no description)"{% else %}{{ incident.description | short: 2900 }}{% endif %} } }
  ]
}`,
}
