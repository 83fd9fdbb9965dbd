import { readFileSync } from 'node:fs'
import { ConfigError } from '../../domain/errors.ts'
import type { SinkKind } from '../sink-kind.ts'
import type { SinkOptions } from '../sink-options.ts'
import { createHttpClient } from '../http/http-client.ts'
import type { FormatOptions, WebhookFormat } from './format.ts'
import { FORMATS } from './formats/index.ts'
import { sampleDelivery } from './sample.ts'
import { loadTemplateEngine, parseTemplate } from './template.ts'
import type { JsonTemplate } from './template.ts'
import { templateValues } from './template-values.ts'
import { createWebhookSink } from './webhook-sink.ts'

const FORMAT_OPTIONS = ['project', 'issueType', 'table'] as const

export const webhookSink: SinkKind = {
  type: 'webhook',
  summary: 'POSTs JSON, signed, in the form of Teams, Slack, TheHive, Jira, ServiceNow or a template of yours.',
  options: {
    url: 'Address, https; `env:NAME` where it is a secret, as those of Slack and Teams are',
    format: `One of ${FORMATS.map(({ name }) => `\`${name}\``).join(', ')}. Default: hunt`,
    template: 'File with a Liquid template that gives JSON, instead of that of the format',
    secret: 'Key of the signature, `env:NAME`; `whsec_…` as Standard Webhooks has it, or any text',
    authorization: 'Value of the header Authorization, `env:NAME`',
    project: 'jira: key of the project',
    issueType: 'jira: type of the issues. Default: Task',
    table: 'servicenow: table of the records. Default: incident',
  },
  limit: 100,
  prepare: loadTemplateEngine,
  create(name, options, context) {
    const format = formatOf(options)
    const formatOptions = formatOptionsOf(format, options)
    const address = options.address('url', 'https://soar.example.com/hooks/hunt')
    return createWebhookSink({
      name,
      client: createHttpClient({
        sink: name,
        clock: context.clock,
        version: context.version,
        caFile: context.caFile,
        secrets: [...options.secrets(), ...partsOf(address)],
      }),
      base: address.href.replace(/\/+$/, ''),
      format,
      template: templateOf(format, formatOptions, options),
      formatOptions,
      secret: options.secret('secret'),
      authorization: options.secret('authorization'),
    })
  },
}

/** What may be secret in an address, by itself too: a receiver may say a part of it back. */
function partsOf({ pathname, search, searchParams }: URL): readonly string[] {
  const parts = [...pathname.split('/'), ...searchParams.values()].filter((part) => part.length >= 8)
  return [pathname + search, ...parts]
}

function formatOf(options: SinkOptions): WebhookFormat {
  const name =
    options.choice(
      'format',
      FORMATS.map((format) => format.name),
    ) ?? 'hunt'
  const format = FORMATS.find((each) => each.name === name)
  if (format === undefined) throw options.missing('format', 'hunt')
  return format
}

function formatOptionsOf({ needs = [], defaults = {} }: WebhookFormat, options: SinkOptions): FormatOptions {
  const given = FORMAT_OPTIONS.flatMap((key) => {
    const text = options.text(key)
    return text === undefined ? [] : [[key, text] as const]
  })
  const all: FormatOptions = { ...defaults, ...Object.fromEntries(given) }
  const missing = needs.find((key) => all[key] === undefined)
  if (missing !== undefined) throw options.missing(missing, 'SEC')
  return all
}

/** A template is tried at once, on a made-up incident: its mistake must show before the first real one. */
function templateOf(format: WebhookFormat, formatOptions: FormatOptions, options: SinkOptions): JsonTemplate {
  const path = options.path('template')
  try {
    const template = parseTemplate(path === undefined ? format.template : readFileSync(path, 'utf8'))
    for (const updating of [false, true])
      template.render('sample', templateValues(sampleDelivery, formatOptions, updating))
    return template
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigError({
      code: 'config/sink-template',
      message: `the template ${path ?? format.name} cannot be used: ${reason}`,
      hint: 'docs/sinks.md says what a template may use',
      cause: error,
    })
  }
}
