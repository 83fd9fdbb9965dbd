/**
 * Graph operators over a few rows. What the pages leave open (null ids, the rows that win, order of conditions) follows
 * answers of the service's emulator as others have published them.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openEngine, type Engine } from '../../../src/kql/index.ts'
import { testRefusals, testTables } from '../../support/kql-tables.ts'
import type { Refusal, TableAnswer } from '../../support/kql-tables.ts'
import { systemClock } from '../../../src/time/system-clock.ts'
import { addTable, EMPTY_SCHEMA, openTestEngine } from '../../support/kql.ts'

let engine: Engine

before(async () => {
  engine = await openTestEngine()
  // The language service takes a while to load, which is no part of a test.
  await engine.query('print 1')
})
after(() => engine.close())

/** ann → bo → srv, ann → srv, zed → ann, srv → srv; `lone` has no edge, `zed` no row. */
const PEOPLE = `let P = datatable(name:string, role:string, w:long)["ann","user",1, "bo","user",2, "srv","host",3, "lone","user",long(null), "ann","twice",9];
let E = datatable(a:string, b:string, act:string, n:long)["ann","bo","knows",1, "bo","srv","admin",2, "ann","srv","login",3, "zed","ann","knows",4, "srv","srv","self",5];
let G = E | make-graph a --> b with P on name;
`
/** 1 ⇄ 2 → 3, two edges alike from 3 to 4. */
const NUMBERS = `let E = datatable(f:long, t:long, w:long)[1,2,1, 2,1,2, 2,3,3, 3,4,4, 3,4,4];
let G = E | make-graph f --> t with_node_id=id;
`
/** 1 ⇄ 2 → 3, 1 → 3, two edges from 3 to 4. */
const ROADS = `let E = datatable(f:long, t:long, w:long)[1,2,1, 2,1,2, 2,3,3, 3,4,4, 3,4,5, 1,3,0];
let G = E | make-graph f --> t with_node_id=id;
`
/** 4 → null → 3, and 1 → 2. */
const NULLS =
  'let E = datatable(s:long, t:long)[1,2, long(null),3, 4,long(null)]; let G = E | make-graph s --> t with_node_id=id; '

const ANSWERS: readonly TableAnswer[] = [
  { name: 'nodes: those of the table, each id once, then those that only edges name', query: `${PEOPLE} G | graph-to-table nodes`, columns: 'name:string role:string w:long', rows: ['["ann","user","1"]', '["bo","user","2"]', '["srv","host","3"]', '["lone","user",null]', '["zed","",null]'] },
  { name: 'edges, with the hashes of their ends in this order', query: `${PEOPLE} G | graph-to-table edges with_target_id=y with_source_id=x | where x == hash(a) and y == hash(b) | project-away x, y | take 1 | where a == "ann"`, columns: 'a:string b:string act:string n:long', rows: ['["ann","bo","knows","1"]'] },
  { name: 'the hash of a node is that of its id, of null that of the empty text', query: `${NULLS} G | graph-to-table nodes with_node_id=h | where h == hash("") | project id`, columns: 'id:long', rows: ['[null]'] },
  { name: 'two tables of nodes: a node that neither has gets its id as the key of both', query: 'let U = datatable(uid:string, age:long)["u", 30]; let D = datatable(did:string, os:string)["d", "x"]; datatable(f:string, t:string)["u","d", "u","q"] | make-graph f --> t with U on uid, D on did | graph-to-table nodes', columns: 'uid:string age:long did:string os:string', rows: ['["u","30","",""]', '["",null,"d","x"]', '["q",null,"q",""]'] },
  { name: 'null is a node, and joins', query: `${NULLS} G | graph-match (x)-->(y)-->(z) project x.id, y.id, z.id`, columns: 'x_id:long y_id:long z_id:long', rows: ['["4",null,"3"]'] },
  { name: 'edges of one pattern are different ones', query: `${PEOPLE} G | graph-match (x)-[e]->(y)-[f]->(z) where x.role == "user" project x.name, e.act, f.n, z.name`, columns: 'x_name:string e_act:string f_n:long z_name:string', rows: ['["ann","login","5","srv"]', '["bo","admin","5","srv"]', '["ann","knows","2","srv"]'] },
  { name: 'an edge to the left', query: `${PEOPLE} G | graph-match (x)<-[e]-(y) where y.name == "zed" project x.name`, columns: 'x_name:string', rows: ['["ann"]'] },
  { name: 'an edge either way, one from a node to itself twice', query: `${PEOPLE} G | graph-match (x)--(y) where x.name == "srv" project y.name`, columns: 'y_name:string', rows: ['["ann"]', '["bo"]', '["srv"]', '["srv"]'] },
  { name: 'an edge either way is one edge', query: 'datatable(f:string, t:string)["a","b"] | make-graph f --> t with_node_id=id | graph-match (x)--(y)--(z) project x.id', columns: 'x_id:string', rows: [] },
  { name: 'rows alike are edges of their own', query: `${NUMBERS} G | graph-match (x)-[e]->(y), (x)-[f]->(y) project x.id, e.w, f.w`, columns: 'x_id:long e_w:long f_w:long', rows: ['["3","4","4"]', '["3","4","4"]'] },
  { name: 'sequences that share a node, unique over all of them', query: `${PEOPLE} G | graph-match (x)-->(y), (y)-->(z), (y)-->(w) where x.name == "zed" project z.name, w.name`, columns: 'z_name:string w_name:string', rows: ['["bo","srv"]', '["srv","bo"]'] },
  { name: 'cycles=all: an edge more than once', query: `${NUMBERS} G | graph-match cycles=all (x)-->(y)<--(z) where x.id == 2 project y.id, z.id`, columns: 'y_id:long z_id:long', rows: ['["1","2"]', '["3","2"]'] },
  { name: 'cycles=none: no node twice', query: `${NUMBERS} G | graph-match cycles=none (x)-->(y)-->(z) project v = strcat(x.id, y.id, z.id)`, columns: 'v:string', rows: ['["123"]', '["234"]', '["234"]'] },
  { name: 'a name that stands twice is one node', query: `${PEOPLE} G | graph-match (x)-->(y)-->(y) project x.name, y.name`, columns: 'x_name:string y_name:string', rows: ['["ann","srv"]', '["bo","srv"]'] },
  { name: 'a node alone, one without a name, and a let in the condition', query: `${PEOPLE} let least = 2; union (G | graph-match (x) where x.w >= least project v = x.name), (G | graph-match (x)-->()-->(y) where x.name == "zed" project v = y.name)`, columns: 'v:string', rows: ['["bo"]', '["srv"]', '["bo"]', '["srv"]'] },
  { name: 'a condition over two elements', query: `${PEOPLE} G | graph-match (x)-[e]->(y) where x.w < y.w or e.n == 4 project x.name, y.name`, columns: 'x_name:string y_name:string', rows: ['["ann","bo"]', '["bo","srv"]', '["ann","srv"]', '["zed","ann"]'] },
  { name: 'degrees count edges, one from a node to itself both ways; labels there are none', query: `${PEOPLE} G | graph-match (x) where node_degree_in(x) > 1 project x.name, i = node_degree_in(x), o = node_degree_out(x), l = labels(x)`, columns: 'x_name:string i:long o:long l:dynamic', rows: ['["srv","3","1","[]"]'] },
  { name: 'a condition that reads nothing of its element', query: `${PEOPLE} union (G | graph-match (x)-->(y) where labels(y) has "q" project v = x.name), (G | graph-match (x)-[e*1..2]->(y) where array_length(labels(e)) > 0 project v = x.name), (G | graph-match (x)-[e]->(y) where labels(e) has "q" project v = x.name)`, columns: 'v:string', rows: [] },
  { name: 'a graph goes on as a table', query: `${PEOPLE} G | graph-match (x)-[e]->(y) project x.name, e.n | summarize n = sum(e_n) by x_name | where n > 3`, columns: 'x_name:string n:long', rows: ['["ann","4"]', '["zed","4"]', '["srv","5"]'] },
  { name: 'an edge of variable length: its values in the order of the pattern', query: `${PEOPLE} G | graph-match (x)-[e*1..3]->(y) where x.name == "zed" and y.w != 3 project y.name, p = map(e, act), m = map(inner_nodes(e), name), e.n`, columns: 'y_name:string p:dynamic m:dynamic e_n:dynamic', rows: ['["bo","[\\"knows\\",\\"knows\\"]","[\\"ann\\"]","[4,1]"]', '["ann","[\\"knows\\"]","[]","[4]"]'] },
  { name: 'an edge of variable length to the left, walked from the right', query: `${PEOPLE} G | graph-match (x)<-[e*3..3]-(y) where y.name == "zed" project x.name, e.n, m = map(inner_nodes(e), strcat(name, node_degree_in()))`, columns: 'x_name:string e_n:dynamic m:dynamic', rows: ['["srv","[2,1,4]","[\\"bo1\\",\\"ann1\\"]"]', '["srv","[5,3,4]","[\\"srv3\\",\\"ann1\\"]"]'] },
  { name: 'no step at all', query: `${PEOPLE} G | graph-match (x)-[e*0..1]->(y) where x.name == "lone" project y.name, e.n, a = all(e, n > 9), o = any(e, n > 0)`, columns: 'y_name:string e_n:dynamic a:bool o:bool', rows: ['["lone","[]","true","false"]'] },
  { name: 'all() and any() fail for null', query: `${PEOPLE} G | graph-match (x)-[e*2..2]->(y) where x.name == "zed" project y.name, a = all(inner_nodes(e), w > 0), n = any(inner_nodes(e), w > 1), z = all(e, n > toint(""))`, columns: 'y_name:string a:bool n:bool z:bool', rows: ['["bo","true","false","false"]', '["srv","true","false","false"]'] },
  { name: 'the length of a walk, and its values inside of functions', query: `${ROADS} G | graph-match (x)-[e*1..2]->(y) where x.id == 2 and array_length(e) == 2 project y.id, h = array_length(e), p = strcat_array(e.w, ">")`, columns: 'y_id:long h:long p:string', rows: ['["2","2","2>1"]', '["4","2","3>4"]', '["4","2","3>5"]', '["3","2","2>0"]'] },
  { name: 'all() in the condition ends walks', query: `${PEOPLE} G | graph-match (x)-[e*1..3]->(y) where x.name == "zed" and all(e, n != 3) and all(inner_nodes(e), name != "bo") project y.name`, columns: 'y_name:string', rows: ['["ann"]', '["bo"]'] },
  { name: 'numbers of an edge of variable length, which what follows counts and sorts', query: `${PEOPLE} G | graph-match (x)-[e*1..3]->(y) where x.name == "zed" project y.name, hops = array_length(e), more = array_length(map(e, n)) + 1, e.n | sort by hops desc, more | summarize least = min(hops), most = max(more), first_n = take_any(tostring(e_n[0]))`, columns: 'least:long most:long first_n:string', rows: ['["1","4","4"]'] },
  { name: 'unique edges also between edges of one step and of several', query: 'datatable(f:string, t:string)["A","B", "B","A"] | make-graph f --> t with_node_id=id | graph-match (x)-[e]->(y)-[p*1..3]->(z) project x.id, n = array_length(map(p, f))', columns: 'x_id:string n:long', rows: ['["A","1"]', '["B","1"]'] },
  { name: 'cycles=all: as many steps as the range has', query: `${NUMBERS} G | graph-match cycles=all (x)-[e*1..4]->(y) where x.id == 1 and y.id == 1 project e.w`, columns: 'e_w:dynamic', rows: ['["[1,2]"]', '["[1,2,1,2]"]'] },
  { name: 'cycles=none: no node twice, inside of a walk and outside', query: `${NUMBERS} G | graph-match cycles=none (x)-[e*1..3]->(y)-->(z) where x.id == 1 project y.id, z.id, e.w`, columns: 'y_id:long z_id:long e_w:dynamic', rows: ['["2","3","[1]"]', '["3","4","[1,3]"]', '["3","4","[1,3]"]'] },
  { name: 'an edge of variable length either way', query: 'datatable(f:string, t:string)["A","B", "C","B"] | make-graph f --> t with_node_id=id | graph-match (x)-[p*2..2]-(y) project x.id, y.id', columns: 'x_id:string y_id:string', rows: ['["A","C"]', '["C","A"]'] },
  { name: 'edges as bags, without what is null or empty', query: 'datatable(f:string, t:string, n:long, s:string)["A","B",long(null),""] | make-graph f --> t | graph-match ()-[p*1..1]->() project p', columns: 'p:dynamic', rows: ['["[{\\"f\\":\\"A\\",\\"t\\":\\"B\\"}]"]'] },
  { name: 'components, whatever way the edges go', query: `${PEOPLE} G | graph-mark-components | graph-to-table nodes | summarize n = count(), names = tostring(array_sort_asc(make_set(name))) by ComponentId | project n, names`, columns: 'n:long names:string', rows: ['["4","[\\"ann\\",\\"bo\\",\\"srv\\",\\"zed\\"]"]', '["1","[\\"lone\\"]"]'] },
  { name: 'components of nodes that reach each other, by a name of their own; the graph stays one', query: `${NUMBERS} G | graph-mark-components kind=strong with_component_id=c | graph-match (x)-[e]->(y) where x.c == y.c project x.id, y.id`, columns: 'x_id:long y_id:long', rows: ['["1","2"]', '["2","1"]'] },
  { name: 'components are numbered from 0 without gaps, those without edges too', query: `${PEOPLE} E | where n > 99 | make-graph a --> b with P on name | graph-mark-components | graph-to-table nodes | project ComponentId`, columns: 'ComponentId:long', rows: ['["0"]', '["1"]', '["2"]', '["3"]'] },
  { name: 'a shortest path for each two nodes, none from a node to itself', query: `${ROADS} G | graph-shortest-paths (x)-[e*1..5]->(y) where y.id != 2 project x.id, y.id, e.w`, columns: 'x_id:long y_id:long e_w:dynamic', rows: ['["2","1","[2]"]', '["2","3","[3]"]', '["3","4","[4]"]', '["1","3","[0]"]', '["2","4","[3,4]"]', '["1","4","[0,4]"]'] },
  { name: 'all paths of the least length, edges alike apart', query: `${ROADS} G | graph-shortest-paths output=all (x)-[e*1..5]->(y) where x.id == 1 and y.id > 2 project y.id, e.w, m = map(inner_nodes(e), id)`, columns: 'y_id:long e_w:dynamic m:dynamic', rows: ['["3","[0]","[]"]', '["4","[0,4]","[3]"]', '["4","[0,5]","[3]"]'] },
  { name: 'the range is part of what makes a path, and no node is in it twice', query: `${ROADS} union (G | graph-shortest-paths output=all (x)-[e*2..5]->(y) where x.id == 1 and y.id == 3 project e.w), (G | graph-shortest-paths (x)-[e*3..5]->(y) where x.id == 2 and y.id == 3 project e.w)`, columns: 'e_w:dynamic', rows: ['["[1,3]"]'] },
  { name: 'the condition comes before the shortest: of each edge, of some edge', query: `${ROADS} union (G | graph-shortest-paths (x)-[e*1..5]->(y) where x.id == 1 and y.id == 3 and all(e, w > 0) project e.w), (G | graph-shortest-paths output=all (x)-[e*1..5]->(y) where x.id == 1 and y.id == 4 and any(e, w == 3) project e.w)`, columns: 'e_w:dynamic', rows: ['["[1,3]"]', '["[1,3,4]"]', '["[1,3,5]"]'] },
  { name: 'shortest paths to the left and either way', query: `${ROADS} union (G | graph-shortest-paths (x)<-[e*1..5]-(y) where x.id == 4 and y.id == 2 project e.w), (G | graph-shortest-paths (x)-[e*1..5]-(y) where x.id == 4 and y.id == 1 project e.w)`, columns: 'e_w:dynamic', rows: ['["[4,3]"]', '["[4,0]"]'] },
  { name: 'conditions of different nodes, joined by or', query: `${ROADS} G | graph-shortest-paths (x)-[e*1..5]->(y) where (x.id == 3 or y.id == 1) and not(x.id == 9) project x.id, y.id`, columns: 'x_id:long y_id:long', rows: ['["2","1"]', '["3","4"]'] },
] // prettier-ignore

testTables(() => engine, ANSWERS)

const REFUSED: readonly Refusal[] = [
  { name: 'a graph as the answer', query: `${PEOPLE} G`, says: /a graph is no table/, at: 'G' },
  { name: 'a persistent graph', query: 'graph("x") | graph-match (a) project a.id', says: /the function graph\(\)/, at: 'graph("x")' },
  { name: 'a filter of nodes, which has no page', query: `${PEOPLE} G | graph-where-nodes true | graph-to-table nodes`, says: /graph-where-nodes/, at: 'graph-where-nodes' },
  { name: 'partitioned-by', query: `${PEOPLE} E | make-graph a --> b with_node_id=id partitioned-by n (graph-match (x) project x.id)`, says: /partitioned-by/, at: 'make-graph' },
  { name: 'a node that two tables have', query: `${PEOPLE} E | make-graph a --> b with P on name, P on name | graph-to-table nodes`, says: /a node that two tables have/, at: 'graph-to-table' },
  { name: 'a column of two types', query: 'let N = datatable(id:string, v:long)["a", 1]; let M = datatable(id:string, v:string)["b", "x"]; datatable(f:string, t:string)["a", "b"] | make-graph f --> t with N on id, M on id | graph-to-table nodes', says: /differ in type/, at: 'make-graph' },
  { name: 'ids of two types', query: 'datatable(f:string, t:long)["a", 1] | make-graph f --> t | graph-to-table edges', says: /two types/, at: 'make-graph' },
  { name: 'the values of a walk in a condition', query: `${ROADS} G | graph-match (x)-[e*1..2]->(y) where e.w == 1 project y.id`, says: /e\.w has a value for each edge/, at: 'e.w' },
  { name: 'an edge of one step as a value', query: `${ROADS} G | graph-match (x)-[e]->(y) project h = array_length(e)`, says: /the whole of e/, at: 'e)' },
  { name: 'a whole node', query: `${PEOPLE} G | graph-match (x) project v = x`, says: /the whole of x/, at: 'x' },
  { name: 'the name of a column that the service makes', query: `${PEOPLE} G | graph-match (x)-[e*1..2]->(y) project map(e, n)`, says: /the name that map/, at: 'map' },
  { name: 'a property of many edges in a condition', query: `${PEOPLE} G | graph-match (x)-[e*1..2]->(y) where e.n > 1 project x.name`, says: /a value for each edge of e/, at: 'e.n' },
  { name: 'sequences without a common node', query: `${PEOPLE} G | graph-match (x)-->(y), (z)-->(w) project x.name`, says: /must share nodes/, at: 'graph-match' },
  { name: 'an undirected walk over an edge from a node to itself', query: `${PEOPLE} G | graph-match (x)-[e*1..2]-(y) project x.name`, says: /undirected edge of variable length/, at: 'graph-match' },
  { name: 'a pattern without project', query: `${PEOPLE} G | graph-match (x)`, says: /needs a project/, at: 'graph-match' },
  { name: 'cycles=none over two edges of variable length', query: `${PEOPLE} G | graph-match cycles=none (x)-[e*1..2]->(y)-[f*1..2]->(z) project x.name`, says: /cycles=none with several/, at: 'graph-match' },
  { name: 'cycles=none over a pattern that has a cycle', query: `${PEOPLE} G | graph-match cycles=none (x)-->(y)-[e*1..2]->(x) project x.name`, says: /a pattern that has a cycle/, at: 'graph-match' },
  { name: 'components under the name of a property', query: `${PEOPLE} G | graph-mark-components with_component_id=w | graph-to-table nodes`, says: /a property "w"/, at: 'graph-mark' },
  { name: 'a graph for each part', query: 'datatable(p:string)["a"] | partition by p { datatable(s:string, d:string)["a","b"] | where s == toscalar(p) | make-graph s --> d | graph-match (x)-[e]->(y) project e.s }', says: /make-graph inside of partition/, at: 'make-graph' },
  { name: 'a sketch that a walk gathers', query: 'datatable(s:string, d:string, n:long)["a","b",1] | summarize h = hll(n) by s, d | make-graph s --> d | graph-match (x)-[e*1..2]->(y) project m = map(e, h)', says: /a sketch in the result/, at: '' },
  { name: 'a pattern of many edges', query: `${PEOPLE} G | graph-match (x)${'-->()'.repeat(41)} project x.name`, says: /more than 40 edges/, at: 'graph-match' },
  { name: 'a shortest path that compares two elements', query: `${ROADS} G | graph-shortest-paths (x)-[e*1..5]->(y) where x.id < y.id project e.w`, says: /compares no two elements/, at: 'x.id < y.id' },
  { name: 'a shortest path over an edge of one step', query: `${ROADS} G | graph-shortest-paths (x)-[f]->(y)-[e*1..5]->(z) project e.w`, says: /other patterns than two nodes/, at: 'graph-shortest' },
  { name: 'an unknown property of the inner nodes', query: `${ROADS} G | graph-match (x)-[e*1..5]->(y) project m = map(inner_nodes(e), idd)`, says: /'idd'/, at: 'idd' },
  { name: 'nodes and edges at once', query: `${PEOPLE} G | graph-to-table nodes as N, edges as F; N`, says: /at once|several queries/, at: '' },
] // prettier-ignore

testRefusals(() => engine, REFUSED)

test('a trace shows tables, and none of a graph', async () => {
  const steps = await engine.trace(`${PEOPLE} G | graph-match (x)-[e]->(y) where e.n > 3 project x.name | count`)
  assert.deepEqual(steps.map(({ operator, rowCount }) => [operator.split(' ')[0], rowCount]), [['datatable(a:string,', 5], ['graph-match', 2], ['count', 1]]) // prettier-ignore
})

test('a graph reads the tables of its edges and of its nodes', async () => {
  const text = (name: string) => ({ name, type: 'string' }) as const
  await addTable(engine, 'Links', [text('f'), text('t')], ["('a', 'b')"])
  await addTable(engine, 'Hosts', [text('id'), text('os')], ["('b', 'x')"])
  const query =
    'Links | make-graph f --> t with Hosts on id | graph-match (x)-[e]->(y) where y.os == "x" project x.id, y.os'
  assert.deepEqual(engine.analyze(query).tables, ['Links', 'Hosts'])
  assert.deepEqual([...(await engine.query(query)).rows], [['a', 'x']])
})

test('a walk shows in the plan', async () => {
  const plan = await engine.explain(`${PEOPLE} G | graph-match (x)-[e*1..2]->(y) project e.n`, 'ir')
  assert.match(plan, /walk of 1 to 2 steps, unique edges, \$list#\d+ = list edges/)
})

test('paths found level by level are those that the definition gives', async () => {
  const graph =
    'range i from 0 to 39 step 1 | extend f = i * i % 11, t = (i * 7 + 3) % 11 | make-graph f --> t with_node_id=id'
  const query = (condition: string) =>
    `${graph} | graph-shortest-paths output=all (x)-[e*1..6]->(y) where all(e, i != 5) and all(inner_nodes(e), id != 4)${condition} project x.id, y.id, e.i`
  const [byLevel, all] = [await engine.query(query('')), await engine.query(query(' and any(e, i >= 0)'))]
  const sorted = (rows: Iterable<unknown>) => Array.from(rows, (row) => String(row)).sort()
  assert.ok([...byLevel.rows].length > 30)
  assert.deepEqual(sorted(byLevel.rows), sorted(all.rows))
})

const EXPLODING = 'range i from 0 to 200 step 1 | extend s = i % 15, d = (i * 7 + 1) % 15 | make-graph s --> d with_node_id=id | graph-match (a)-[x*1..20]->(b) project a.id | count' // prettier-ignore

test('a pattern of too many walks ends at the memory that the engine may use', async () => {
  const small = await openEngine({ readableFolders: [], schema: EMPTY_SCHEMA, now: () => systemClock.now(), memoryLimit: '60MB', threads: 1 }) // prettier-ignore
  try {
    await assert.rejects(small.query(EXPLODING), { code: 'engine/memory' })
  } finally {
    small.close()
  }
})

test('a pattern of too many walks can be interrupted', async () => {
  await assert.rejects(engine.query(EXPLODING, {}, AbortSignal.timeout(100)), { name: 'TimeoutError' })
})
