import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createMemoryBackend } from '../../../../src/backends/local/index.ts'
import { loadSchemaCatalogue } from '../../../../src/schemas/index.ts'
import { minutes } from '../../../../src/time/duration.ts'

const schema = await loadSchemaCatalogue(fileURLToPath(new URL('../../../..', import.meta.url)))

const ITEM = { _DTItemType: 'watchlist-item', _DTItemStatus: 'Create', _DTTimestamp: '2026-03-02T10:00:00Z' }
const WATCHLIST = [
  { ...ITEM, _DTItemId: '1', WatchlistAlias: 'L', SearchKey: 'a', WatchlistItem: { Source: 'old' } },
  { ...ITEM, _DTItemId: '1', _DTTimestamp: '2026-03-03T10:00:00Z', WatchlistAlias: 'L', SearchKey: 'a', WatchlistItem: { Source: 'new' } }, // prettier-ignore
  { ...ITEM, _DTItemId: '2', _DTItemStatus: 'Delete', WatchlistAlias: 'L', SearchKey: 'b', WatchlistItem: {} },
  { ...ITEM, _DTItemId: '3', WatchlistAlias: 'ASimSourceType', SearchKey: 'Dns', WatchlistItem: { Source: 'srv' } },
]

/** Query, and the one row that it gives. */
const CASES: Readonly<Record<string, readonly [query: string, row: readonly unknown[]]>> = {
  'a name with a domain': [
    "print Host='web1.contoso.com' | invoke _ASIM_ResolveFQDN('Host') | project-away Host",
    ['web1', 'contoso.com', 'web1.contoso.com', 'FQDN'],
  ],
  'a name without one': [
    "print Host='web1' | invoke ASIM_ResolveFQDN('Host') | project-away Host",
    ['web1', '', '', ''],
  ],
  'the same for the device': [
    "print Host='web1.a.b' | invoke ASIM_ResolveDvcFQDN('Host') | project DvcHostname, DvcDomain, DvcFQDN, DvcDomainType",
    ['web1', 'a.b', 'web1.a.b', 'FQDN'],
  ],
  'codes of responses': [
    'print _ASIM_LookupDnsResponseCode(3), ASIM_LookupDnsResponseCode(13), ASIM_LookupDnsResponseCode(4000)',
    ['NXDOMAIN', 'Unassigned', 'Reserved for Private Use'],
  ],
  'types of queries': [
    'print _ASIM_LookupDnsQueryType(28), _ASIM_LookupDnsQueryType(62), _ASIM_LookupDnsQueryType(257)',
    ['AAAA', 'CSYNC', 'CAA'],
  ],
  'numbers of protocols': [
    'print ASIM_LookupNetworkProtocol(6), ASIM_LookupNetworkProtocol(143), ASIM_LookupNetworkProtocol(255), ASIM_LookupNetworkProtocol(-1)',
    ['TCP', 'Ethernet', 'Reserved', 'Unassigned'],
  ],
  'types of ICMP': [
    'print ASIM_LookupICMPType(18), ASIM_LookupICMPType(43)',
    ['Address Mask Reply (Deprecated)', 'Extended Echo Reply'],
  ],
  'a column of codes': ["print n='17' | invoke _ASIM_ResolveNetworkProtocol('n')", ['17', 17, 'UDP']],
  'kinds of names': [
    "print _ASIM_GetUsernameType('a@b.c'), _ASIM_GetUsernameType('D\\\\a'), _ASIM_GetUsernameType('CN=a'), _ASIM_GetUsernameType('a')",
    ['UPN', 'Windows', 'DN', 'Simple'],
  ],
  'kinds of users': [
    "print _ASIM_GetWindowsUserType('a', 'S-1-5-21-1-500'), _ASIM_GetWindowsUserType('PC$', ''), _ASIM_GetWindowsUserType('', '')",
    ['Admin', 'Machine', ''],
  ],
  'items of a watchlist as they are now': [
    "_ASIM_GetWatchlistRaw('L') | project SearchKey, tostring(WatchlistItem.Source)",
    ['a', 'new'],
  ],
  'no item of another key': ["_ASIM_GetWatchlistsRaw(dynamic(['L','M']), dynamic(['z'])) | summarize count()", [0n]],
  'sources of a type': ["print tostring(_ASIM_GetSourceBySourceType('Dns'))", ['["srv"]']],
}

test('helper functions of ASIM run', async (t) => {
  const backend = createMemoryBackend({ tables: new Map([['Watchlist', WATCHLIST]]), schema })
  t.after(() => backend.close())
  for (const [name, [query, row]] of Object.entries(CASES)) {
    await t.test(name, async () => {
      const request = { query, window: undefined, now: undefined, workspace: 'local', timeout: minutes(1) }
      const { table } = await backend.query(request, new AbortController().signal)
      assert.deepEqual(table.rows, [row])
    })
  }
})
