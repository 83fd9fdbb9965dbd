import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createLocalBackend } from '../../../../src/backends/local/index.ts'
import { minutes } from '../../../../src/time/duration.ts'
import { mmdb } from '../../../support/mmdb.ts'
import { folderWith } from './support.ts'

const DATABASE = mmdb({
  '203.0.113.0/24': {
    country: { names: { en: 'Australia', de: 'Australien' } },
    subdivisions: [{ names: { en: 'New South Wales' } }, { names: { en: 'Sydney Inner' } }],
    city: { names: { en: 'Sydney' } },
    location: { latitude: -33.8715, longitude: 151 },
  },
  '198.51.100.0/25': { country: { names: { en: 'Iceland' } } },
  '192.0.2.0/24': { traits: { is_anycast: 'yes' } },
  '2001:db8::/32': { country: { names: { en: 'Peru' } }, location: { latitude: 0, longitude: -77.5 } },
})

async function askerWith(t: TestContext, ipLocations: string | undefined) {
  const backend = createLocalBackend({
    dataFolder: await folderWith(t, {}),
    schema: { tables: new Map(), functions: new Map() },
    ipLocations,
  })
  t.after(() => backend.close())
  return async (query: string) => {
    const request = { query, window: undefined, now: undefined, workspace: 'local', timeout: minutes(1) }
    return (await backend.query(request, new AbortController().signal)).table.rows
  }
}

test('geo_info_from_ip_address answers from the database that the user names', async (t) => {
  const folder = await folderWith(t, { 'cities.mmdb': DATABASE })
  const ask = await askerWith(t, join(folder, 'cities.mmdb'))
  const addresses = ['203.0.113.77', '198.51.100.1', '198.51.100.200', '192.0.2.1', '2001:db8::1', '::ffff', 'x', '', '203.0.113.7:443', 'fe80::1%eth0'] // prettier-ignore
  const rows = addresses.map((address, index) => `${index}, "${address}"`).join(', ')
  assert.deepEqual(
    await ask(`datatable(i:long, ip:string)[${rows}] | sort by i asc | project tostring(geo_info_from_ip_address(ip))`),
    [
      ['{"country":"Australia","state":"New South Wales","city":"Sydney","latitude":-33.8715,"longitude":151.0}'],
      ['{"country":"Iceland"}'],
      [''],
      [''],
      ['{"country":"Peru","latitude":0.0,"longitude":-77.5}'],
      [''],
      [''],
      [''],
      [''],
      [''],
    ],
  )
  assert.deepEqual(
    await ask(
      'print p = geo_info_from_ip_address("203.0.113.1") | project p.country, toreal(p.longitude), isnull(p.postcode)',
    ),
    [['Australia', 151, true]],
  )
})

test('without a database only what has no place anywhere is answered; a public address is refused', async (t) => {
  const ask = await askerWith(t, undefined)
  const geo = (rows: string) => `datatable(ip:string)[${rows}] | project p = geo_info_from_ip_address(ip)`
  assert.deepEqual(await ask(geo('')), [])
  assert.deepEqual(
    await ask(geo('"10.1.2.3", "fe80::1", "::1", "127.0.0.1", "172.31.0.1", "239.1.1.1", "no address", ""')),
    Array.from({ length: 8 }, () => [null]),
  )
  for (const address of ['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8']) {
    await assert.rejects(ask(geo(`"10.0.0.1", "${address}"`)), {
      code: 'kql/unsupported',
      message: /public address.*ipLocations/,
    })
  }
})

test('a file that is none is an error of the queries that need it, and of no other', async (t) => {
  const folder = await folderWith(t, { 'cities.mmdb': 'PK\u0003\u0004 not a database' })
  for (const name of ['cities.mmdb', 'missing.mmdb']) {
    const ask = await askerWith(t, join(folder, name))
    assert.deepEqual(await ask('print 1'), [[1n]])
    await assert.rejects(ask('print geo_info_from_ip_address("203.0.113.1")'), {
      code: 'local/ip-locations',
      message: new RegExp(name.replace('.', '\\.')),
    })
  }
})
