/** Lists of another query, which come with each row: what is read of them once must not be read for rows that have another. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { matchesTerm, TermIndex } from '../../../src/kql/functions/operators/strings.ts'
import { keepLatest } from '../../../src/kql/functions/keep-latest.ts'
import type { Engine } from '../../../src/kql/index.ts'
import { openTestEngine, plainRows } from '../../support/kql.ts'

const quoted = (texts: readonly string[]): string => texts.map((text) => JSON.stringify(text)).join(', ')

describe('lists that functions look things up in', () => {
  let engine: Engine
  before(async () => {
    engine = await openTestEngine()
  })
  after(() => engine.close())

  const only = async (query: string): Promise<unknown[]> => plainRows(await engine.query(query))[0] ?? []

  // DuckDB hands on a null with the bytes of whatever stood there before.
  test('a null between equal texts is a null', async () => {
    for (const list of ['["x","y"]', '["x", "y", "a text that is longer than twelve bytes"]']) {
      const query = `range i from 1 to 6000 step 1
        | extend list = iff(i % 3 == 0, dynamic(null), dynamic(${list}))
        | extend found = set_has_element(list, "x")
        | summarize countif(found), countif(isnull(found)), countif(isnull(found) and i % 3 == 0)`
      assert.deepEqual(await only(query), [4000, 2000, 2000])
    }
  })

  test('texts of the same beginning and length are not taken for each other', async () => {
    const query = `range i from 1 to 6000 step 1
      | extend list = todynamic(strcat('["a value that all have ', 1000 + i % 7, '"]'))
      | summarize countif(set_has_element(list, "a value that all have 1003")), dcount(tostring(list[0]))`
    assert.deepEqual(await only(query), [857, 7])
  })

  test('two lists in turn', async () => {
    const lists = [3, 5].map((step) => Array.from({ length: 400 }, (_, index) => `host-${index * step}`))
    const [one = [], other = []] = lists
    const query = `let one = toscalar(datatable(host: string)[${quoted(one)}] | summarize make_set(host));
      let other = toscalar(datatable(host: string)[${quoted(other)}] | summarize make_set(host));
      range i from 0 to 5999 step 1
      | extend host = strcat("host-", i)
      | summarize countif(host has_any (one)), countif(host has_any (other)), countif(host has_any (one) and host has_any (other)),
          countif(set_has_element(one, host)), countif(set_has_element(other, host)), countif(array_index_of(one, host) == i / 3)`
    assert.deepEqual(await only(query), [400, 400, 80, 400, 400, 400])
  })

  test('more constants than one pattern holds', async () => {
    const hosts = Array.from({ length: 1500 }, (_, index) => `h${index * 2}.example.com`)
    const query = `range i from 0 to 2999 step 1
      | extend host = strcat("GET H", i, ".Example.com/ü")
      | summarize countif(host has_any (${quoted(hosts)})), countif(host has_any (${quoted(hosts)}) and i % 2 == 0)`
    assert.deepEqual(await only(query), [1500, 1500])
  })

  test('addresses and their beginnings', async () => {
    const query = (call: string, list: readonly unknown[]): string =>
      `let list = toscalar(print dynamic(${JSON.stringify(list)}));
      range i from 0 to 2999 step 1
      | extend text = strcat("from 10.", i % 50, ".7.", i / 50, ":443")
      | where ${call}
      | summarize count(), countif(i % 50 == 7)`
    const addresses = Array.from({ length: 60 }, (_, index) => ` 10.7.7.${index} `)
    assert.deepEqual(await only(query('has_any_ipv4(text, list)', [...addresses, 1, null, '10.8.'])), [60, 60])
    assert.deepEqual(
      await only(query('has_any_ipv4_prefix(text, list)', ['10.7.', '10.9.7.3', '10.8', '300.'])),
      [61, 60],
    )
    // A beginning ends between two octets.
    assert.deepEqual(await only(query('has_any_ipv4_prefix(text, list)', ['10.4.', '10.40.7.1.'])), [60, 0])
    assert.deepEqual(await only(query('has_any_ipv4_prefix(text, "10.7.", "10.4.")', [])), [120, 60])
  })

  test('a term that comes with the row', async () => {
    const rows: [text: string, term: string, folded: boolean, exact: boolean][] = [
      ['run CMD.exe now', 'cmd', true, false],
      ['run CMD.exe now', 'CMD', true, true],
      ['run cmdlet', 'cmd', false, false],
      ['', '', true, true],
      ['anything', '', true, true],
      ['', 'a', false, false],
      ['café au lait', 'CAFÉ', true, false],
      ['ΟΔΟΣ 7', 'οδος', true, false],
      ['x_y', 'y', true, true],
    ]
    const columns = 'text: string, term: string, folded: bool, exact: bool'
    const query = `datatable(${columns})[${rows.map((row) => row.map((cell) => JSON.stringify(cell)).join()).join()}]
      | where (text has term) != folded or (text has_cs term) != exact or (text !has term) == folded or (text !has_cs term) == exact
      | project text, term`
    assert.deepEqual(plainRows(await engine.query(query)), [])
  })

  test('a pattern that another query gives', async () => {
    const words = Array.from({ length: 300 }, (_, index) => `word${index}`)
    const query = (pattern: string, call: string): string =>
      `let pattern = toscalar(datatable(word: string)[${quoted(words)}] | summarize ${pattern});
      range i from 0 to 599 step 1 | extend text = strcat("a word", i, ".") | summarize ${call}`
    const bars = 'strcat("(", strcat_array(make_list(word), "|"), ")\\\\.")'
    assert.deepEqual(
      await only(query(bars, 'countif(text matches regex pattern), dcount(extract(pattern, 1, text))')),
      [300, 301],
    )
    const any = 'strcat("[", substring(take_any(word), 0, 4), "]+")'
    const calls = 'take_any(replace_regex("a word", pattern, "x")), take_any(trim(pattern, "word a d")), take_any(countof("wo rd", pattern, "regex"))' // prettier-ignore
    assert.deepEqual(await only(query(any, calls)), ['a x', ' a ', 2])
    await assert.rejects(only(query('strcat("(", take_any(word))', 'countif(text matches regex pattern)')), {
      code: 'kql/invalid',
      message: /is no regular expression/,
    })
  })

  test('what is in no list, and what is in all', async () => {
    // The last row has 1000, which is not in the list.
    const query = `let list = toscalar(range i from 0 to 999 step 2 | summarize make_list(i));
      range i from 0 to 999 step 1
      | extend own = pack_array(i, i, i + 1)
      | summarize sum(array_length(set_difference(own, list))), sum(array_length(set_intersect(own, list))),
          sum(array_length(set_difference(list, own))), sum(array_length(set_difference(own, list, pack_array(i))))`
    assert.deepEqual(await only(query), [1001, 999, 499_001, 501])
  })

  test('ranges of several lengths, and what is none', async () => {
    const ranges = ['10.7.0.0/16', '10.9.7.3', 'none', 7, '10.8.7.0/29', '10.7.7.0/24']
    const query = (call: string): string =>
      `let list = toscalar(print dynamic(${JSON.stringify(ranges)}));
      range i from 0 to 2999 step 1
      | extend address = strcat("10.", i % 50, ".7.", i / 50)
      | summarize countif(${call}), countif(${call} and i % 50 == 8)`
    assert.deepEqual(await only(query('ipv4_is_in_any_range(address, list)')), [69, 8])
    assert.deepEqual(await only(query('ipv6_is_in_any_range(address, list)')), [69, 8])
  })
})

describe('many needles', () => {
  const needles = ['a.example.com', 'b.example.com', 'example', '--', 'ü.example', 'long-name', 'name', 'a']
  const texts = ['', 'see b.example.com', 'EXAMPLE', 'my-long-name', 'longname', 'x--y', 'Ü.example', 'ab.example.com', 'a'] // prettier-ignore

  test('are found as one after another', () => {
    const isIn = (text: string) => (needle: string) => matchesTerm(text, needle, 'both', true)
    for (let first = 0; first < needles.length; first++) {
      for (let end = first + 1; end <= needles.length; end++) {
        const some = needles.slice(first, end)
        const index = new TermIndex(some)
        for (const text of texts) {
          assert.equal(index.someIn(text), some.some(isIn(text)), `some of ${quoted(some)} in "${text}"`)
          assert.equal(index.allIn(text), some.every(isIn(text)), `all of ${quoted(some)} in "${text}"`)
          assert.equal(index.firstIn(text), some.findIndex(isIn(text)), `first of ${quoted(some)} in "${text}"`)
        }
      }
    }
  })
})

test('a few latest texts are made something of once', () => {
  const made: string[] = []
  const lengthOf = keepLatest((text) => made.push(text))
  for (let round = 0; round < 3; round++) for (const text of ['a', 'b', 'c']) lengthOf(text)
  assert.deepEqual(made, ['a', 'b', 'c'])
  assert.equal(lengthOf('b'), 2)
  for (let index = 0; index < 100; index++) lengthOf(`text ${index}`)
  assert.equal(lengthOf('a'), 104)
})
