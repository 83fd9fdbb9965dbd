import type { Column } from '../domain/kusto.ts'

/**
 * Columns that Log Analytics has on every table
 * (https://learn.microsoft.com/azure/azure-monitor/logs/log-standard-columns).
 */
export const SYSTEM_COLUMNS: readonly Column[] = [
  { name: 'TenantId', type: 'string' },
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'Type', type: 'string' },
  { name: '_ResourceId', type: 'string' },
  { name: '_SubscriptionId', type: 'string' },
  { name: '_ItemId', type: 'string' },
  { name: '_TimeReceived', type: 'datetime' },
  { name: '_IsBillable', type: 'string' },
  { name: '_BilledSize', type: 'real' },
]

/**
 * System columns that the service leaves out of results unless a query names them (same page; recorded answers and
 * portal exports end in `Type, _ResourceId`: shared/sample-data/msticpy/az_mon_raw_query.json and the training lab).
 */
export const HIDDEN_COLUMNS: ReadonlySet<string> = new Set([
  '_SubscriptionId',
  '_ItemId',
  '_TimeReceived',
  '_IsBillable',
  '_BilledSize',
])

export function withSystemColumns(columns: readonly Column[]): readonly Column[] {
  const own = new Set(columns.map(({ name }) => name))
  return [...columns, ...SYSTEM_COLUMNS.filter(({ name }) => !own.has(name))]
}
