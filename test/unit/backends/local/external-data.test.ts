import assert from 'node:assert/strict'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createLocalBackend } from '../../../../src/backends/local/index.ts'
import { minutes } from '../../../../src/time/duration.ts'
import { folderWith, type Files } from './support.ts'

const schema = { tables: new Map(), functions: new Map() }

/** Asks one backend, because each takes a while to open. */
async function askerWith(t: TestContext, folder: string | undefined) {
  const backend = createLocalBackend({ dataFolder: await folderWith(t, {}), schema, externalData: folder })
  t.after(() => backend.close())
  return async (query: string) => {
    const request = { query, window: undefined, now: undefined, workspace: 'local', timeout: minutes(1) }
    return (await backend.query(request, new AbortController().signal)).table.rows
  }
}

test('copies may lie in the data folder, which then holds no table of that name', async (t) => {
  const dataFolder = await folderWith(t, { 'externaldata/feeds/ips.csv': '192.0.2.1\n', 'Other.csv': 'a\n1\n' })
  const backend = createLocalBackend({ dataFolder, schema, holdsExternalData: true })
  t.after(() => backend.close())
  const ask = async (query: string) => {
    const request = { query, window: undefined, now: undefined, workspace: 'local', timeout: minutes(1) }
    return (await backend.query(request, new AbortController().signal)).table.rows
  }
  assert.deepEqual(await ask('externaldata(Ip:string)["https://other.example/feeds/ips.csv"]'), [['192.0.2.1']])
  assert.deepEqual(await ask('search "192.0.2.1" | count'), [[0n]])
  await assert.rejects(ask('externaldata(Ip:string)["https://other.example/more.csv"]'), {
    code: 'local/no-external-file',
    hint: `fetch it yourself and put it into ${join(dataFolder, 'externaldata', 'more.csv')}; nothing is fetched from the network`,
  })
})

test('a missing copy is named at its place in the query as it was given', async (t) => {
  const external = 'externaldata(x: long)["https://other.example/ips.csv"]'
  const query = `print d = dynamic({"x": 1}) | evaluate bag_unpack(d) | join kind=inner (${external}) on x`
  const position = { offset: query.indexOf(external), length: external.length }
  const ask = await askerWith(t, '/nowhere/feeds')
  await assert.rejects(ask(query), { code: 'local/no-external-file', position })
  const without = await askerWith(t, undefined)
  await assert.rejects(without(query), { code: 'kql/unsupported', position })
})

test('a folder that is not there lacks the copy', async (t) => {
  const ask = await askerWith(t, '/nowhere/feeds')
  await assert.rejects(ask(`${IPS}["https://other.example/ips.csv"]`), {
    code: 'local/no-external-file',
    message: 'there is no copy of https://other.example/ips.csv in /nowhere/feeds',
    position: { offset: 0, length: `${IPS}["https://other.example/ips.csv"]`.length },
  })
})

const FILES: Files = {
  'ips.csv': '\uFEFFIp,Seen,Score\r\n203.0.113.9,2026-03-01,"7"\r\n\r\n"a,b",soon,many,extra\r\n198.51.100.7\r\n',
  'feeds/ips.csv': '192.0.2.1,2026-03-02,1\n',
  'example.com/feeds/ips.csv': '192.0.2.2,2026-03-02,2\n',
  'lists/agents.txt': 'curl\r\n\r\nNmap Scripting Engine, v7\n',
  'my file.csv': 'spaced,2026-03-02,3\n',
  'top.csv': '1,example.com\n2,example.org\n',
  'cells.tsv': 'a b\t5\n"c\td"\t6\n',
  'tags.json': '{"cloud":"Public","values":[{"name":"Storage"}],"unused":1}',
  'rows.json': '[{"cloud":"A"},\n{"cloud":"B","values":{"x":null}}]',
  'lines.log': '{"cloud":"A"}\n{"cloud":"B"}\n',
  'odd.json': '{"__proto__":"p","constructor":"c","toString":"t","a\\u0000b":"nul"}',
  'deep.json': `${'{"a":'.repeat(1500)}"bottom"${'}'.repeat(1500)}`,
  'packed.csv.gz': gzipSync('192.0.2.9,,9\n'),
}

const IPS = 'externaldata(Ip:string, Seen:datetime, Score:long)'

const CASES: Readonly<Record<string, readonly [query: string, rows: readonly unknown[][]]>> = {
  'cells go by position; what is missing or does not fit is null': [
    `${IPS}[@"https://other.example/ips.csv"] with (format="csv", ignoreFirstRecord=true)`,
    [
      ['203.0.113.9', '2026-03-01T00:00:00Z', 7n],
      ['a,b', null, null],
      ['198.51.100.7', null, null],
    ],
  ],
  'values of properties may stand without quotes': [
    `${IPS}[@"https://other.example/ips.csv"] with (format=csv, ignoreFirstRecord=true) | where Score == 7`,
    [['203.0.113.9', '2026-03-01T00:00:00Z', 7n]],
  ],
  'the longest way through the address wins': [
    `${IPS}["https://Example.com/feeds/ips.csv", "https://raw.example.org/x/feeds/ips.csv?sig=secret#top"]`,
    [
      ['192.0.2.2', '2026-03-02T00:00:00Z', 2n],
      ['192.0.2.1', '2026-03-02T00:00:00Z', 1n],
    ],
  ],
  'the name tells the format; lines of text': [
    'externaldata(Agent:string)[@"https://x.example/lists/agents.txt"]',
    [['curl'], ['Nmap Scripting Engine, v7']],
  ],
  'lines of text though the name says CSV': [
    'externaldata(Line:string)[@"https://x.example/top.csv"] with (format="txt")',
    [['1,example.com'], ['2,example.org']],
  ],
  'the whole text': [
    'externaldata(Text:string)[@"https://x.example/top.csv"] with (format="raw")',
    [['1,example.com\n2,example.org\n']],
  ],
  'a password before the host and a port behind it are no part of its name': [
    `${IPS}["https://ann:s3cret@Example.com:8443/feeds/ips.csv"] | project Ip`,
    [['192.0.2.2']],
  ],
  'an encoded name': [`${IPS}["https://x.example/my%20file.csv"] | project Ip`, [['spaced']]],
  'the unpacked copy of an archive': [
    'externaldata(Position:int, Domain:string)[@"http://s3.example/top.csv.zip"] with (format="csv", zipPattern="*.csv") | where Position == 2',
    [[2, 'example.org']],
  ],
  'a copy that is still compressed': [`${IPS}["https://x.example/packed.csv.gz"]`, [['192.0.2.9', null, 9n]]],
  'cells between tabs': [
    'externaldata(a:string, b:int)["https://x.example/cells.tsv"]',
    [
      ['a b', 5],
      ['c\td', 6],
    ],
  ],
  'members go by name': [
    'externaldata(values:dynamic, cloud:string, none:string)["https://x.example/tags.json"] with (format="multijson") | mv-expand values | project tostring(values.name), cloud, none',
    [['Storage', 'Public', '']],
  ],
  'a list of objects': [
    'externaldata(cloud:string, values:dynamic)["https://x.example/rows.json"] with (format="multijson")',
    [
      ['A', null],
      ['B', '{"x":null}'],
    ],
  ],
  'an object a line': [
    'externaldata(cloud:string)["https://x.example/lines.log"] with (format="JSON")',
    [['A'], ['B']],
  ],
  'a mapping of members: deep ones, one twice, a constant, and a column that it leaves out': [
    `externaldata(Name:string, whole:dynamic, cloud:string, Class:string, none:long)["https://x.example/tags.json"] with (format="singlejson", ingestionMapping='[{"Column":"Name","Properties":{"Path":"$.values[0][\\'name\\']"}},{"Column":"whole","Properties":{"Path":"$.values"}},{"column":"cloud","path":"$.[\\'cloud\\']"},{"Column":"Class","Properties":{"ConstValue":"it\\'s"}}]')`,
    [['Storage', '[{"name":"Storage"}]', 'Public', "it's", null]],
  ],
  'columns and members whose names every object of JavaScript has': [
    `externaldata(constructor:string, toString:string, ['__proto__']:string)["https://x.example/odd.json"] with (ingestionMapping='[{"Column":"constructor","Path":"$.toString"},{"Column":"__proto__","Path":"$.__proto__"}]')`,
    [['t', '', 'p']],
  ],
  'a member far down': [
    `externaldata(Text:string)["https://x.example/deep.json"] with (ingestionMapping='[{"Column":"Text","Path":"$${'.a'.repeat(1500)}"}]')`,
    [['bottom']],
  ],
  'a constant and a member with NUL': [
    `externaldata(Text:string, Constant:string)["https://x.example/odd.json"] with (ingestionMapping=@'[{"Column":"Text","Path":"$.a\\u0000b"},{"Column":"Constant","ConstValue":"c\\u0000d"}]')`,
    [['nul', 'c\0d']],
  ],
  'two mappings of one file': [
    `union (externaldata(Text:string)["https://x.example/odd.json"] with (ingestionMapping='[{"Column":"Text","Path":"$.toString"}]')), (externaldata(Text:string)["https://x.example/odd.json"] with (ingestionMapping='[{"Column":"Text","Path":"$.constructor"}]')) | sort by Text asc`,
    [['c'], ['t']],
  ],
  'a mapping of cells by their number': [
    `externaldata(Domain:string, Position:int, Twice:string)["https://x.example/top.csv"] with (format="csv", ingestionMapping='[{"Column":"Domain","Properties":{"Ordinal":"1"}},{"Column":"Position","Properties":{"Ordinal":0}},{"Name":"Twice","Ordinal":"1"}]') | where Position == 2`,
    [['example.org', 2, 'example.org']],
  ],
  'in a let, read twice': [
    `let ips = ${IPS}[h@"https://x.example/ips.csv;key"] with (format="csv", ignoreFirstRecord=true); print x = "203.0.113.9" | where x in ((ips | project Ip)) | extend n = toscalar(ips | count)`,
    [['203.0.113.9', 3n]],
  ],
}

test('externaldata from a folder', async (t) => {
  const ask = await askerWith(t, await folderWith(t, FILES))
  for (const [name, [query, rows]] of Object.entries(CASES)) {
    await t.test(name, async () => assert.deepEqual(await ask(query), rows))
  }
})

test('externaldata reaches nothing else', async (t) => {
  const outside = await folderWith(t, { 'secret.csv': 'secret\n' })
  const folder = await folderWith(t, { 'inside/ok.csv': 'ok\n', 'ok.csv': 'ok\n' })
  await symlink(join(outside, 'secret.csv'), join(folder, 'stolen.csv'))
  await symlink(outside, join(folder, 'away'))
  const ask = await askerWith(t, folder)
  const one = (uri: string) => `externaldata(a:string)[@"${uri}"]`
  await t.test('without the setting', async (t) => {
    const without = await askerWith(t, undefined)
    const wanted = { code: 'kql/unsupported', hint: /HUNT_EXTERNAL_DATA/ }
    await assert.rejects(without(one('https://x.example/ok.csv')), wanted)
  })
  const refused: Readonly<Record<string, string>> = {
    [`https://x.example/../${'secret.csv'}`]: 'local/no-external-file',
    'https://x.example/inside/%2e%2e/%2e%2e/secret.csv': 'local/no-external-file',
    'https://x.example/inside%2fok.csv': 'local/no-external-file',
    'https://x.example/C:/secret.csv': 'local/no-external-file',
    '/etc/passwd': 'local/no-external-file',
    'file:///etc/passwd': 'local/no-external-file',
    'https://x.example/none.csv?sig=s3cret': 'local/no-external-file',
    'https://ann:s3cret@x.example/none.csv': 'local/no-external-file',
    'https://ann:s3cret@x.example': 'local/no-external-file',
    'https://x.example/none.csv#s3cret': 'local/no-external-file',
    'https://x.example/stolen.csv': 'local/outside-folder',
    'https://x.example/away/secret.csv': 'local/outside-folder',
  }
  for (const [uri, code] of Object.entries(refused)) {
    await t.test(uri, async () => {
      await assert.rejects(ask(one(uri)), (error: Error & { code?: string }) => {
        assert.equal(error.code, code)
        assert.doesNotMatch(error.message, /s3cret/)
        return true
      })
    })
  }
  await t.test('an unknown format', async () => {
    const query = `${one('https://x.example/ok.csv')} with (format="avro")`
    await assert.rejects(ask(query), { code: 'local/external-format', message: /"avro"/ })
  })
  await t.test('a property that changes the answer', async () => {
    const query = `${one('https://x.example/ok.csv')} with (recordDelimiter=";")`
    await assert.rejects(ask(query), { code: 'kql/unsupported', message: /recordDelimiter/ })
  })
  const mappings: Readonly<Record<string, RegExp>> = {
    '[]': /is no list of columns/,
    '{': /is no JSON/,
    '[{"Properties":{"Path":"$.a"}}]': /without a column/,
    '[{"Column":"a","Ordinal":"0x1"}]': /where the column a comes from/,
    '[{"Column":"a","ConstValue":{}}]': /ConstValue of a that is no single value/,
    '[{"Column":"a","Ordinal":0},{"Column":"a","Ordinal":1}]': /has the column a twice/,
    '[{"Column":"a"}]': /where the column a comes from/,
    '[{"Column":"a","Properties":{"Path":"$"}}]': /the path \$,/,
    '[{"Column":"a","Properties":{"Path":"$.a[*]"}}]': /the path \$\.a\[\*\]/,
    '[{"Column":"a","Properties":{"Path":"$.a","Transform":"SourceLocation"}}]': /SourceLocation/,
    '[{"Column":"a","Properties":{"Path":"$.a"}}]': /of a is not one for csv/,
  }
  for (const [mapping, message] of Object.entries(mappings)) {
    await t.test(`the mapping ${mapping}`, async () => {
      await assert.rejects(ask(`${one('https://x.example/ok.csv')} with (ingestionMapping='${mapping}')`), { message })
    })
  }
})

test('a copy that is not what it should be is refused, with its name', async (t) => {
  const latin = Buffer.from('José\n', 'latin1')
  const folder = await folderWith(t, {
    'latin.csv': latin,
    'latin.txt': latin,
    'latin.raw': latin,
    'wide.csv': Buffer.from('\uFEFFann\n', 'utf16le'),
    'on.csv': 'a,b\n"c" d,"e\n',
    'open.csv': 'a,b\n"c,d\n',
  })
  const ask = await askerWith(t, folder)
  const refused: Readonly<Record<string, RegExp>> = {
    'latin.csv': /latin\.csv: the text is not UTF-8/,
    'latin.txt': /latin\.txt: the text is not UTF-8/,
    'latin.raw': /latin\.raw: the text is not UTF-8/,
    'wide.csv': /wide\.csv: the text is UTF-16/,
    'on.csv': /on\.csv:2: a quoted cell does not end, or goes on/,
    'open.csv': /open\.csv:2: a quoted cell does not end, or goes on/,
  }
  for (const [name, message] of Object.entries(refused)) {
    await t.test(name, async () => {
      const query = `externaldata(a:string)["https://x.example/${name}"]`
      await assert.rejects(ask(query), { code: 'local/malformed-file', message })
    })
  }
})
