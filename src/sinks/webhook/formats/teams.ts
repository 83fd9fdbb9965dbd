import type { WebhookFormat } from '../format.ts'

/**
 * A message with an Adaptive Card, as a Teams workflow «when a webhook request is received» takes it
 * (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using). Log data stands in
 * TextRuns, which know no Markdown: no cell becomes a link. A message may have 28 KB, whatever script the log is written in.
 */
export const teams: WebhookFormat = {
  name: 'teams',
  summary: 'Adaptive Card for a Microsoft Teams workflow (webhook request received)',
  template: `{
  "type": "message",
  "attachments": [{
    "contentType": "application/vnd.microsoft.card.adaptive",
    "contentUrl": null,
    "content": {
      "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
      "type": "AdaptiveCard",
      "version": "1.4",
      "msteams": { "width": "Full" },
      "fallbackText": {{ headline | short: 300 | short_bytes: 900 }},
      "body": [
        { "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "size": "Large", "weight": "Bolder",
          "color": {% case incident.severity %}{% when "High" %}"Attention"{% when "Medium" %}"Warning"{% when "Low" %}"Accent"{% else %}"Default"{% endcase %},
          "text": {{ headline | short: 300 | short_bytes: 900 }} }] },
        {% for fact in facts %}
        { "type": "RichTextBlock", "spacing": "None", "inlines": [
          { "type": "TextRun", "weight": "Bolder", "text": {{ fact[0] | append: ": " }} },
          { "type": "TextRun", "text": {{ fact[1] | short: 300 | short_bytes: 600 }} }] },
        {% endfor %}
        {% for entity in incident.entities limit: 12 %}
        { "type": "RichTextBlock", "spacing": "None", "inlines": [
          { "type": "TextRun", "isSubtle": true, "text": {{ entity.type | append: ": " }} },
          { "type": "TextRun", "fontType": "Monospace", "text": {{ entity.label | short: 300 | short_bytes: 600 }} }] },
        {% endfor %}
        {% for detail in details limit: 12 %}
        { "type": "RichTextBlock", "spacing": "None", "inlines": [
          { "type": "TextRun", "isSubtle": true, "text": {{ detail[0] | append: ": " | short_bytes: 100 }} },
          { "type": "TextRun", "fontType": "Monospace", "text": {{ detail[1] | short: 200 | short_bytes: 300 }} }] },
        {% endfor %}
        { "type": "RichTextBlock", "separator": true, "inlines": [{ "type": "TextRun", "text": {{ incident.description | short: 4000 | short_bytes: 5500 }} }] }
      ]
    }
  }]
}`,
}
