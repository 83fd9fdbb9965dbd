import { gzipSync } from 'node:zlib'
import type { Sink } from '../../domain/ports.ts'
import { AZURE_OPTIONS, azureClient } from '../azure/services.ts'
import { azureRefusal } from '../azure/role-error.ts'
import type { HttpClient } from '../http/http-client.ts'
import type { SinkKind } from '../sink-kind.ts'
import { batchesOf } from './batches.ts'
import { rowsOf } from './rows.ts'

const API_VERSION = '2023-01-01'

export const logAnalyticsSink: SinkKind = {
  type: 'log-analytics',
  summary: 'Rows in a custom table of Log Analytics, through the Logs Ingestion API.',
  options: {
    endpoint: 'Logs ingestion address of the data collection endpoint, or of a rule of kind Direct',
    rule: 'Immutable id of the data collection rule, `dcr-…`',
    stream: 'Stream of the rule. Default: Custom-HuntIncidents',
    ...AZURE_OPTIONS,
  },
  limit: 1000,
  create(name, options, context) {
    const endpoint = options.address('endpoint', 'https://hunt-abcd.westeurope-1.ingest.monitor.azure.com').origin
    const rule = options.needed('rule', 'dcr-00000000000000000000000000000000')
    const stream = options.text('stream') ?? 'Custom-HuntIncidents'
    if (!/^dcr-[0-9a-f]{32}$/i.test(rule)) throw options.wrong('rule', 'is no immutable id of a data collection rule')
    if (!/^Custom-[A-Za-z]\w*$/.test(stream)) throw options.wrong('stream', 'is no name of a custom stream')
    const url = `${endpoint}/dataCollectionRules/${rule}/streams/${stream}?api-version=${API_VERSION}`
    return createLogAnalyticsSink(name, azureClient(name, 'ingestion', options, context), { url, rule, stream })
  },
}

interface Target {
  readonly url: string
  readonly rule: string
  readonly stream: string
}

/** Uploads whole batches one after another; a repeated delivery has the same RowIds, and queries take the last of each. */
function createLogAnalyticsSink(name: string, client: HttpClient, { url, rule, stream }: Target): Sink {
  const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }
  return {
    name,
    async deliver(delivery, signal) {
      signal.throwIfAborted()
      for (const batch of batchesOf(rowsOf(delivery, client.clock.now()))) {
        const answer = await client.send({ method: 'POST', url, headers, body: gzipSync(batch) }, signal)
        if (answer.status !== 204 && answer.status !== 200) {
          throw azureRefusal(answer, client, 'Monitoring Metrics Publisher', `the data collection rule ${rule}`)
        }
      }
      return { location: `${stream}/${delivery.incident.id}`, duplicate: false }
    },
  }
}
