/** Plug-ins of evaluate over a few rows; more of them are in operators.test.ts. */
import { after, before } from 'node:test'
import { openEngine, type Engine } from '../../../src/kql/index.ts'
import { testRefusals, testTables } from '../../support/kql-tables.ts'
import type { Refusal, TableAnswer } from '../../support/kql-tables.ts'
import { systemClock } from '../../../src/time/system-clock.ts'

let engine: Engine

before(async () => {
  const schema = { tables: new Map(), functions: new Map() }
  engine = await openEngine({ readableFolders: [], schema, now: () => systemClock.now(), memoryLimit: '512MB' })
})
after(() => engine.close())

const at = (time: string): string => `datetime(2026-03-02 ${time})`
const LOGINS = `datatable(t:datetime, who:string, what:string)[
  ${at('10:00')}, "ann", "fail", ${at('10:04')}, "ann", "fail", ${at('10:06')}, "ann", "login", ${at('10:30')}, "ann", "dump",
  ${at('10:01')}, "bob", "login", ${at('10:02')}, "bob", "fail", ${at('11:02')}, "bob", "login", ${at('10:05')}, "cyd", "login"]`
const STEPS = 'failed = (what == "fail"), entered = what == "login"'
const AREAS = `let A = datatable(area:string, shape:dynamic, near:real)[
  "west", dynamic({"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]]]}), 1.0,
  "east", dynamic({"type":"Polygon","coordinates":[[[8,0],[20,0],[20,10],[8,10],[8,0]]]}), 2.0];`
const ROADS = `let R = datatable(road:string, way:dynamic)["meridian", dynamic({"type":"LineString","coordinates":[[0,0],[0,10]]})];`
const PLACES =
  'datatable(place:string, near:long, lng:real, lat:real)["both", 7, 9.0, 5.0, "one", 8, 2.0, 5.0, "none", 9, -3.0, 5.0]'
/** Users by day: a and b, then b and c, then a, c and d. */
const DAYS = `datatable(t:datetime, u:string, g:long)[
  datetime(2026-03-02), "a", 1, datetime(2026-03-02 23:00), "b", 1, datetime(2026-03-02 23:30), "b", 1,
  datetime(2026-03-03), "b", 1, datetime(2026-03-03 01:00), "c", 1,
  datetime(2026-03-04), "c", 1, datetime(2026-03-04), "a", 1, datetime(2026-03-04), "d", 1]`
/** The storms of basket's page, as far as its answer tells of them: how many of each kind. */
const STORMS = `datatable(EventType:string, Damage:string, DamageCrops:int, n:long)[
  "Hail", "NO", 0, 2278, "Hail", "YES", 0, 93, "Hail", "YES", 1, 50, "Hail", "YES", 2, 47, "Wind", "NO", 0, 779,
  "Wind", "YES", 0, 500, "Wind", "YES", 3, 12, "Flood", "NO", 0, 800, "Snow", "NO", 0, 717, "Flood", "YES", 0, 300,
  "Snow", "YES", 0, 208, "Frost", "YES", 9, 100]`
const LOGONS = `datatable(who:string, from:string, ok:bool, at:datetime)[
  "ann", "10.0.0.1", true, datetime(null), "ann", "10.0.0.1", true, datetime(2026-03-02), "ann", "10.0.0.2", false, datetime(null),
  "", "10.0.0.3", bool(null), datetime(null)]`
const THREE_DAYS = 'datetime(2026-03-02), datetime(2026-03-05) - 1tick, 1d'

const ANSWERS: readonly TableAnswer[] = [
  { name: 'sequence_detect: every pair in time, by a dimension', query: `${LOGINS} | evaluate sequence_detect(t, 10m, 1h, ${STEPS}, who) | extend a = format_datetime(failed_t, "HH:mm"), b = format_datetime(entered_t, "HH:mm") | project who, a, b, Duration`, columns: 'who a b Duration', rows: ['["ann","10:00","10:06","00:06:00"]', '["ann","10:04","10:06","00:02:00"]'] },
  { name: 'sequence_detect: a window includes its end', query: `${LOGINS} | evaluate sequence_detect(t, 1h, 1h, ${STEPS}, who) | summarize count() by who`, columns: 'who count_', rows: ['["ann","2"]', '["bob","1"]'] },
  { name: 'sequence_detect: a step may be in time and the whole not', query: `${LOGINS} | evaluate sequence_detect(t, 25m, 29m, ${STEPS}, left = what == "dump") | summarize count() by Duration`, columns: 'Duration count_', rows: ['["00:26:00","2"]', '["00:28:00","2"]'] },
  { name: 'sequence_detect without rows', query: `${LOGINS} | where who == "dee" | evaluate sequence_detect(t, 1h, 1h, ${STEPS})`, columns: 'failed_t entered_t Duration', rows: [] },
  { name: 'rows_near: each row once, in order', query: 'range x from 1 to 9 step 1 | sort by x desc | evaluate rows_near(x in (4, 5), 1) | serialize p = prev(x)', columns: 'x p', rows: ['["6",null]', '["5","6"]', '["4","5"]', '["3","4"]'] },
  { name: 'rows_near: other numbers before and after, and a null is no match', query: 'datatable(x:long, f:bool)[1, false, 2, bool(null), 3, true, 4, bool(null), 5, false, 6, false] | sort by x asc | evaluate rows_near(f, 0, 2) | project x', columns: 'x', rows: ['["3"]', '["4"]', '["5"]'] },
  { name: 'geo_polygon_lookup gives every polygon that holds the point', query: `${AREAS} ${PLACES} | evaluate geo_polygon_lookup(A, shape, lng, lat)`, columns: 'place near lng lat area near1', rows: ['["both","7","9","5","west","1"]', '["both","7","9","5","east","2"]', '["one","8","2","5","west","1"]'] },
  { name: 'geo_polygon_lookup with a radius, and what matches nothing', query: `${AREAS} ${PLACES} | evaluate geo_polygon_lookup(A, shape, lng, lat, radius=100000, return_unmatched=true, return_lookup_key=true) | project place, area, t = tostring(shape.type)`, columns: 'place area t', rows: ['["both","west","Polygon"]', '["both","east","Polygon"]', '["one","west","Polygon"]', '["none","",""]'] },
  { name: 'geo_line_lookup: options by their place', query: `${ROADS} ${PLACES} | evaluate geo_line_lookup(R, way, lng, lat, 300000.0, true) | project place, road`, columns: 'place road', rows: ['["both",""]', '["one","meridian"]', '["none",""]'] },
  { name: 'dcount_intersect: the sets of each row, one after the other', query: 'range x from 1 to 12 step 1 | summarize a = hll(x), b = hll(x * 2), c = hll(x * 3) by g = x > 6 | evaluate dcount_intersect(a, b, c) | project g, s0, s1, s2', columns: 'g s0 s1 s2', rows: ['["false","6","3","1"]', '["true","6","0","0"]'] },
  { name: 'activity_metrics: compared with the day before only', query: `${DAYS} | evaluate activity_metrics(u, t, ${THREE_DAYS}, g) | extend day = dayofmonth(t), kept = round(retention_rate, 3), lost = round(churn_rate, 3) | project day, g, dcount_values, dcount_newvalues, kept, lost`, columns: 'day g dcount_values dcount_newvalues kept lost', rows: ['["2","1","2","2","NaN","NaN"]', '["3","1","2","1","0.5","0.5"]', '["4","1","3","2","0.5","0.5"]'] },
  { name: 'new_activity_metrics: what becomes of those who are new', query: `${DAYS} | evaluate new_activity_metrics(u, t, ${THREE_DAYS}, g) | extend a = dayofmonth(from_t), b = dayofmonth(to_t) | project a, b, dcount_new_values, dcount_retained_values, dcount_churn_values, retention_rate, churn_rate`, columns: 'a b dcount_new_values dcount_retained_values dcount_churn_values retention_rate churn_rate', rows: ['["2","2","2","2","0","1","0"]', '["2","3","1","1","1","0.5","0.5"]', '["2","4","2","1","1","0.5","0.5"]', '["3","3","1","1","0","1","0"]', '["3","4","1","1","0","1","0"]', '["4","4","1","1","0","1","0"]'] },
  { name: 'new_activity_metrics of one cohort, to a day without rows', query: `${DAYS} | evaluate new_activity_metrics(u, t, datetime(2026-03-02), datetime(2026-03-06) - 1tick, 1d, datetime(2026-03-03)) | project b = dayofmonth(to_t), dcount_new_values, retention_rate`, columns: 'b dcount_new_values retention_rate', rows: ['["3","1","1"]', '["4","1","1"]', '["5","0","0"]'] },
  { name: 'activity_counts_metrics by weeks, which begin on Sunday', query: `datatable(t:datetime, u:string)[datetime(2026-03-01), "a", datetime(2026-03-07 23:00), "b", datetime(2026-03-16), "a"] | evaluate activity_counts_metrics(u, t, datetime(2026-03-01), datetime(2026-03-31), "week") | extend day = dayofmonth(t) | project day, dcount, new_dcount`, columns: 'day dcount new_dcount', rows: ['["1","2","2"]', '["15","1","0"]'] },
  { name: 'activity_metrics by months', query: `datatable(t:datetime, u:string)[datetime(2024-01-31), "a", datetime(2024-02-29), "a", datetime(2024-02-01), "b", datetime(2024-03-31), "c"] | evaluate activity_metrics(u, t, datetime(2024-01-01), datetime(2024-03-31), 'month') | extend month = monthofyear(t) | project month, dcount_values, dcount_newvalues, retention_rate`, columns: 'month dcount_values dcount_newvalues retention_rate', rows: ['["1","1","1","NaN"]', '["2","2","1","1"]', '["3","1","1","0"]'] },
  { name: 'new_activity_metrics by years', query: `datatable(t:datetime, u:string)[datetime(2023-12-31), "a", datetime(2024-12-31), "a"] | evaluate new_activity_metrics(u, t, datetime(2023-01-01), datetime(2024-12-31), "year", datetime(2023-01-01)) | extend a = getyear(from_t), b = getyear(to_t) | project a, b, retention_rate`, columns: 'a b retention_rate', rows: ['["2023","2023","1"]', '["2023","2024","1"]'] },
  { name: 'sliding_window_counts: a look-back is cut to whole bins', query: `${DAYS} | evaluate sliding_window_counts(u, t, datetime(2026-03-02), datetime(2026-03-04), 60h, 1d) | extend day = dayofmonth(t) | project day, Count`, columns: 'day Count', rows: ['["2","3"]', '["3","5"]', '["4","5"]'] },
  { name: 'sliding_window_counts along numbers', query: 'datatable(n:int, u:string)[1, "a", 2, "b", 3, "a"] | evaluate sliding_window_counts(u, n, 1, 3, 2, 1)', columns: 'n:int Count:long Dcount:long', rows: ['["1","1","1"]', '["2","2","2"]', '["3","2","2"]'] },
  { name: 'rolling_percentile by the digits of the percentage', query: 'range v from 1 to 1000 step 1 | extend n = 0 | evaluate rolling_percentile(v, 16.1, n, 1, 1) | project p = column_ifexists("rolling_1_percentile_v_16.1", 0)', columns: 'p', rows: ['["161"]'] },
  { name: 'rolling_percentile along spans and below 0', query: 'datatable(d:timespan, v:long)[-1m, 5, 1m, 1, 9m, 3, 11m, 2] | evaluate rolling_percentile(v, 100, d, 10m, 2)', columns: 'd rolling_2_percentile_v_100', rows: ['["-00:10:00","5"]', '["00:00:00","5"]', '["00:10:00","3"]'] },
  { name: 'basket: the answer of its page', query: `${STORMS} | evaluate basket(0.2, n) | project Count, Percent, EventType, Damage, DamageCrops`, columns: 'Count Percent EventType Damage DamageCrops', rows: ['["4574","77.7","","NO","0"]', '["2278","38.7","Hail","NO","0"]', '["5675","96.4","","","0"]', '["2371","40.3","Hail","","0"]', '["1279","21.7","Wind","","0"]', '["2468","41.9","Hail","",null]', '["1310","22.3","","YES",null]', '["1291","21.9","Wind","",null]'] },
  { name: 'basket: a row for each that weighs one, the heaviest first, wildcards by type', query: `${STORMS} | extend i = range(1, n) | mv-expand i | project EventType, Damage, DamageCrops | evaluate basket(0.39, '~', '~', '*', int(-1))`, columns: 'SegmentId:long Count:long Percent:real EventType:string Damage:string DamageCrops:int', rows: ['["0","5675","96.4","*","*","0"]', '["1","4574","77.7","*","NO","0"]', '["2","2468","41.9","Hail","*","-1"]', '["3","2371","40.3","Hail","*","0"]'] },
  { name: 'basket of one dimension: what follows from it stays', query: `${STORMS} | evaluate basket(0.3, n, 1) | project Count, EventType, Damage, DamageCrops`, columns: 'Count EventType Damage DamageCrops', rows: ['["5675","","","0"]', '["4574","","NO","0"]', '["2468","Hail","",null]'] },
  { name: 'basket: nothing and empty are values, like all others they need to be frequent', query: `${LOGONS} | evaluate basket(0.5, '~', '~', '*', datetime(1900-01-01), bool(true))`, columns: 'SegmentId Count Percent who from ok at', rows: ['["0","3","75","ann","*","true","1900-01-01T00:00:00Z"]', '["1","3","75","*","*","true",null]', '["2","2","50","ann","10.0.0.1","true","1900-01-01T00:00:00Z"]', '["3","2","50","ann","*","true",null]'] },
  { name: 'basket gives values back as they were', query: 'print a = 0.1 + 0.2, b = datetime(2020-01-01 01:02:03.1234567), c = -36tick, d = guid(74be27de-1e4e-49d9-b579-fe0b331d3642), e = decimal(1.2345678901234567), f = 9223372036854775807, g = real(-inf) | evaluate basket(1) | project-away SegmentId, Count, Percent | project a == 0.1 + 0.2, b, c, d, e, f, g', columns: 'Column1 b c d e f g', rows: ['["true","2020-01-01T01:02:03.1234567Z","-00:00:00.0000036","74be27de-1e4e-49d9-b579-fe0b331d3642","1.2345678901234567","9223372036854775807","-Infinity"]'] },
  { name: 'basket without rows, and of nothing that is frequent', query: `union (${STORMS} | where n < 0 | evaluate basket()), (range EventType from 1 to 30 step 1 | project EventType = tostring(EventType) | evaluate basket(0.05)) | count`, columns: 'Count', rows: ['["0"]'] },
] // prettier-ignore

testTables(() => engine, ANSWERS)

const REFUSED: readonly Refusal[] = [
  { name: 'steps at the same time', query: `${LOGINS} | evaluate sequence_detect(t, 1h, 1h, one = what == "fail", two = what != "dump")`, says: /two steps fall on the same time/ },
  { name: 'two rows of a step at one time', query: `${LOGINS} | extend t = bin(t, 5m) | evaluate sequence_detect(t, 1h, 1h, ${STEPS})`, says: /two rows of a step/ },
  { name: 'steps without names', query: `${LOGINS} | evaluate sequence_detect(t, 1h, 1h, what == "fail", what == "login")`, says: /without a name/ },
  { name: 'rows_near of rows in no order', query: 'range x from 1 to 9 step 1 | evaluate rows_near(x == 3, 1)', says: /rows in an order/ },
  { name: 'a radius of each row', query: `${AREAS} ${PLACES} | evaluate geo_polygon_lookup(A, shape, lng, lat, near)`, says: /must be a literal/ },
  { name: 'rows whose bags leave no column', query: 'datatable(d:dynamic)[dynamic({}), dynamic([1])] | evaluate bag_unpack(d)', says: /a table without columns/ },
  { name: 'a pivot of nothing', query: 'datatable(k:string, v:long)[] | evaluate pivot(k, sum(v))', says: /a table without columns/, at: 'evaluate' },
  { name: 'basket over a dynamic', query: 'print a = dynamic([1]) | evaluate basket()', says: /dynamic column a/, at: 'evaluate' },
  { name: 'basket by a weight of reals', query: 'print a = 1, w = 1.5 | evaluate basket(0.1, w)', says: /weight that is real/, at: 'w)' },
  { name: 'a threshold that is none', query: 'print a = 1 | evaluate basket(1.5)', says: /threshold of basket/, at: '1.5' },
  { name: 'more patterns than anyone reads', query: `range i from 1 to 40 step 1 | project ${Array.from({ length: 40 }, (_, at) => `c${at} = hash(i * 41 + ${at}, 2)`).join(', ')} | evaluate basket(0.1)`, says: /basket (with more than|over so many)/ },
  { name: 'series that do not fit each other', query: 'print y = dynamic([1, 2]) | extend (a, b) = series_fft(y, dynamic([1]))', says: /do not fit/ },
  { name: 'a decimal beside a series', query: 'print series_add(dynamic([1, 2]), decimal(2))', says: /series_add with a decimal/, at: 'decimal(2)' },
  { name: 'a line through what is no number', query: 'print series_fill_linear(dynamic([1, "a", null, 5]))', says: /neither numbers nor missing/ },
  { name: 'the type of a real beyond JSON', query: 'print x = series_divide(dynamic([1]), dynamic([0])) | project gettype(x[0])', says: /a text that may be a real/ },
  { name: 'numbers that go on by a time', query: 'print range(1, 5, 1h)', says: /range over long, timespan/, at: '1h' },
  { name: 'a range of decimals', query: 'print range(decimal(1.5), decimal(3))', says: /range over decimal/ },
  { name: 'more elements than a dynamic takes', query: 'print repeat(1, 2000000)', says: /more than 1048576 elements/ },
  { name: 'a time where a series has reals', query: 'datatable(x:long, v:real)[1, 1.0] | make-series max(v) default=datetime(2020-01-01) on x step 1', says: /datetime as default of a real/ },
  { name: 'a series with a gap', query: 'print y = dynamic([1, null]) | extend (a, b) = series_fft(y)', says: /a series of numbers/ },
  { name: 'a polynomial through more points than there are', query: 'print y = dynamic([1, 2]) | extend series_fit_poly(y, dynamic([1, 2]), 2)', says: /the way they are computed/ },
  { name: 'an area of polygons that overlap', query: 'print geo_polygon_area(dynamic({"type":"MultiPolygon","coordinates":[[[[0,0],[10,0],[10,10],[0,0]]],[[[1,0],[11,0],[11,10],[1,0]]]]}))', says: /polygons that overlap/ },
  { name: 'a union of polygons, one with a corner on an edge of the other', query: 'print geo_union_polygons_array(dynamic([{"type":"Polygon","coordinates":[[[0,0],[10,0],[5,5],[0,0]]]},{"type":"Polygon","coordinates":[[[5,0],[0,-5],[10,-5],[5,0]]]}]))', says: /polygons that overlap/ },
  { name: 'an intersection with a polygon that has a hole', query: 'print geo_intersection_2polygons(dynamic({"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[4,4],[4,6],[6,6],[6,4],[4,4]]]}), dynamic({"type":"Polygon","coordinates":[[[0,0],[10,0],[5,5],[0,0]]]}))', says: /with holes/ },
  { name: 'an intersection of lines that meet at an end', query: 'print geo_intersection_2lines(dynamic({"type":"LineString","coordinates":[[0,0],[0,10]]}), dynamic({"type":"LineString","coordinates":[[0,10],[5,5]]}))', says: /lines that touch/ },
  { name: 'a union of lines apart', query: 'print geo_union_lines_array(dynamic([{"type":"LineString","coordinates":[[0,0],[0,10]]},{"type":"LineString","coordinates":[[5,0],[5,10]]}]))', says: /do not make one path/ },
  { name: 'a circle around half of the globe', query: 'print geo_point_buffer(1, 1, 20000000)', says: /a quarter of the globe/ },
  { name: 'a circle with too many corners', query: 'print geo_point_buffer(1, 1, 100000, 0.01)', says: /a millionth of the radius/ },
  { name: 'a way along a line', query: 'print geo_line_buffer(dynamic({"type":"LineString","coordinates":[[0,0],[0,10]]}), 10)', says: /geo_line_buffer of a valid shape/ },
  { name: 'a line made simple', query: 'print geo_line_simplify(dynamic({"type":"LineString","coordinates":[[0,0],[0,10],[5,10]]}), 10)', says: /larger than the tolerance/ },
  { name: 'H3 cells around a pole', query: 'print geo_polygon_to_h3cells(dynamic({"type":"Polygon","coordinates":[[[0,80],[90,80],[180,80],[-90,80],[0,80]]]}), 1)', says: /does not take/ },
  { name: 'small H3 cells of a long thin shape', query: 'print geo_polygon_to_h3cells(dynamic({"type":"Polygon","coordinates":[[[0,0],[10,10],[10.00001,10],[0,0]]]}), 12)', says: /so thin/ },
  { name: 'S2 cells with a radius', query: 'print geo_line_to_s2cells(dynamic({"type":"LineString","coordinates":[[0,0],[0,10]]}), 5, 100.0)', says: /with a radius/ },
  { name: 'a place on a spheroid', query: 'print geo_line_locate_point(dynamic({"type":"LineString","coordinates":[[0,0],[0,10]]}), 1, 1, true)', says: /spheroid/ },
  { name: 'activity_metrics over a day without rows', query: `${DAYS} | evaluate activity_metrics(u, t, datetime(2026-03-02), datetime(2026-03-06) - 1tick, 1d)`, says: /a window without rows/ },
  { name: 'activity_metrics to the start of a window', query: `${DAYS} | evaluate activity_metrics(u, t, datetime(2026-03-02), datetime(2026-03-05), 1d)`, says: /subtract 1tick/ },
  { name: 'activity_metrics from the middle of a window', query: `${DAYS} | evaluate activity_metrics(u, t, datetime(2026-03-02 01:00), datetime(2026-03-05), 1d)`, says: /no multiple of its window/ },
  { name: 'weeks from a Monday', query: `${DAYS} | evaluate activity_counts_metrics(u, t, datetime(2026-03-02), datetime(2026-03-05), "week")`, says: /write startofweek/ },
  { name: 'a look-back shorter than a bin', query: `${DAYS} | evaluate sliding_window_counts(u, t, datetime(2026-03-02), datetime(2026-03-04), 1h, 1d)`, says: /shorter than its bin/ },
  { name: 'a window of no known period', query: `${DAYS} | evaluate activity_counts_metrics(u, t, datetime(2026-03-01), datetime(2026-03-05), "decade")`, says: /summable/ },
  { name: 'a span along numbers', query: 'range n from 1 to 3 step 1 | evaluate rolling_percentile(n, 50, n, 1h, 2)', says: /a timespan in rolling_percentile along a long/ },
  { name: 'a percentile above 100', query: `${DAYS} | extend v = 1 | evaluate rolling_percentile(v, 101, t, 1d, 2)`, says: /rolling_percentile of 101 per cent/ },
  { name: 'a percentile that is no number', query: `${DAYS} | extend v = 1 | evaluate rolling_percentile(v, real(nan), t, 1d, 2)`, says: /rolling_percentile of "NaN" per cent/ },
  { name: 'a percentile of times', query: `${DAYS} | extend at = t | evaluate rolling_percentile(at, 50, t, 1d, 2)`, says: /rolling_percentile of "2026-03-02T/ },
  { name: 'a day without new users', query: `${DAYS} | where u != "d" | evaluate new_activity_metrics(u, t, ${THREE_DAYS})`, says: /without new users/ },
  { name: 'a cohort that is no window', query: `${DAYS} | evaluate new_activity_metrics(u, t, ${THREE_DAYS}, datetime(2026-03-02 05:00))`, says: /the start of no window/ },
  { name: 'users of before', query: `let Before = ${DAYS}; ${DAYS} | evaluate new_activity_metrics(u, t, ${THREE_DAYS}, datetime(2026-03-02), Before)`, says: /look-back/ },
  { name: 'a lookup that names the right side first', query: 'let R = datatable(k:string, v:long)["a", 1]; datatable(q:string)["a"] | lookup R on $right.k == $left.q', says: /names \$right first/ },
] // prettier-ignore

testRefusals(() => engine, REFUSED)
