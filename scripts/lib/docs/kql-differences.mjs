/** Recorded cases whose answer differs, with the reason; the ids are those of test/conformance/kql-cases.baseline.json. */
export const WRONG_CASES = {
  'docs/functions-library/factorial-fl-t03':
    'The service computes gamma() with an error in the last digit, which its conversion to a whole number makes visible: 10! is 3628799 there, 3628800 here.',
}

/** Decisions on how values are kept, and what follows from them. */
/** What graph operators refuse, where the reference leaves the answer open or says nothing. */
export const GRAPH_REFUSALS = [
  ['`make-graph`', 'ids of type real, decimal or dynamic', 'convert them to text'],
  ['`make-graph`', 'a node of which two tables have a row: the service takes either', 'join the tables first'],
  ['`make-graph`', 'two tables of nodes with a column of one name and two types', 'rename one of the columns'],
  ['`make-graph`', '`partitioned-by`; inside of `partition`', 'put the partition into the ids'],
  ['`graph-to-table`', 'nodes and edges at once', 'run one query for each'],
  ['`graph-to-table`', 'nodes without any property: a table without columns', '`with_node_id=…` in make-graph'],
  ['patterns', 'a whole node, or an edge of one step, as a value', 'name its properties'],
  ['patterns', 'an expression without a name in `project`, but for `a.name`: its name is not the one that the language service gives it', 'name it: `x = map(e, p)`'], // prettier-ignore
  ['patterns', 'an undirected edge of variable length in a graph that has edges from a node to itself', 'filter these edges'], // prettier-ignore
  ['patterns', '`cycles=none` with two edges of variable length, with one that may have no step, or with a pattern that has a cycle itself', 'compare ids in `where`'], // prettier-ignore
  ['patterns', 'more than 40 edges', 'match in parts, and join them'],
  ['patterns', 'two edges of one name; a node and an edge of one name', 'give each its name'],
  ['`graph-shortest-paths`', 'patterns of more than two named nodes and an edge of variable length; one that may have no step', 'use graph-match'], // prettier-ignore
  [
    '`graph-mark-components`',
    'more than 1,000,000 edges; nodes that have a property of the name',
    '`with_component_id=…`',
  ],
]

export const REPRESENTATION = [
  [
    '`datetime`, `timespan`',
    'Ticks of 100 ns in 64 bits, from year 1 to 9999, as in the service. Arithmetic beyond these years gives null.',
  ],
  ['`string`', 'Never null: what has no value is the empty string, as in the service.'],
  [
    '`dynamic`',
    'JSON text. Whole numbers are longs of 64 bits, others reals. A real that was read from JSON with more than 15 digits may come back from `tostring()` with another last digit than the service prints. A text such as `2021-11-18T00:03:35Z`, with or without fraction and `Z`, becomes a datetime in `parse_json()`, as in the service; other forms stay as they are. `gettype()` of a text that may be a datetime, a timespan or a guid is refused, and so are sorting an array whose texts would have another order as datetimes or timespans, and comparing a real such as 1.5 inside of a dynamic with the whole number before it: no page says whether the service cuts it, as `tolong()` does.',
  ],
  ['`real`', 'IEEE 754 doubles; text has the digits that the service prints (0.1 + 0.2 is 0.30000000000000007).'],
  [
    '`decimal`',
    '38 digits, 18 of them after the point; the service keeps 34 significant digits. Values of 10^20 and more are refused, but for those of parse_version(), which compare with each other; a column or a choice of these and other decimals is refused.',
  ],
  ['`long`, `int`', 'Wrap around, as in the service; int + int is long.'],
  [
    '`==`, `!=`, `in` of a text and another type',
    'Compare the texts: `EventID == "4625"`, `dayofweek(t) == "1.00:00:00"`; a number in quotes meets a real as a number, and a bool meets what `tobool()` reads from the text (`IsCompliant == "0"`), as published queries over Defender’s tables need it. Refused where the text spells another value than `tostring()` does (`"2020-01-01"`, `"01"`): no page says which side the service converts. The items of a list are compared as `==` compares them; a real meets the numbers of an array as a number. Arrays within a constant array count as their elements; within a computed one they are refused, and so is a dynamic that is no array.',
  ],
  [
    'Arithmetic that no page has',
    'Refused, though the language service lets it pass: datetime + datetime, timespan - datetime, timespan * timespan, timespan % number, a number beside a dynamic, datetime_add() of a real.',
  ],
  [
    'Text operators',
    '`has` and its kin look for terms: runs of letters and digits of any script. Case is folded by Unicode simple mapping.',
  ],
  [
    '`parse_xml`',
    'Null for what XML’s own page calls not well formed. Refused for an element whose text stands in several parts (`<a>b<c/>d</a>`) and for text in a CDATA section: the page says neither what they become nor whether the section is skipped.',
  ],
  [
    'Patterns',
    'RE2, in linear time. A group that the pattern lacks is the empty text in `extract()`. Look-arounds and back references are refused, as by the service; so are, other than there, set operations (`&&`, `--`, `~~`, classes in classes) and most boundaries of words (`\\<`, `\\>`). `\\d`, `\\w` and `\\s` know all scripts, `\\b` and `\\B` letters and digits of ASCII only: beside others, as in «é», the service sees no boundary of a word where they do. Refused are counting and listing the matches of a pattern that may match the empty text, and a replacement that names a group which the pattern lacks, has another backslash, or a dollar sign before a number or a name: no page says what they give.',
  ],
  [
    '`hll`, `tdigest`',
    'They keep all values, so that what follows from them is exact. Their inner form is not the service’s: a query that would show or store one is refused.',
  ],
  [
    '`make-series in range`',
    'Bins begin at multiples of the step, and the end is part of the last one, as the page says of this form; the first bin is the one that holds the start.',
  ],
  [
    '`union isfuzzy=true`',
    'Goes on without each leg that cannot be analysed, as the service does: its table or a column is unknown, a type does not fit, a `let` table that it names has a fault. The answer warns, and `hunt validate` says what is wrong with the leg. When no leg is left the query is refused.',
  ],
  [
    '`find` without `project`',
    'The bag `pack_` holds every column of the table that the result does not show, empty ones too.',
  ],
  [
    '`mv-apply`',
    'A dynamic that is null is one element, null, as for `mv-expand`. A row whose arrays are empty is gone, also where the pipeline would count nothing: it is no subtable. Elements without a name may be counted and no more, since the service names them at random; and a pipeline that drops the elements under the name of a column is refused. So is a join in it that keeps rows of the right side, `rightouter` and `fullouter`: no page says what the columns of the row are beside them.',
  ],
  [
    '`in`, `has_any`, `has_all`',
    'Of an array, `in` flattens the arrays in it. Refused are a dynamic that is one value or a bag, and for the other two an array that holds arrays, bags or nulls.',
  ],
  [
    '`makelist`, `makeset`, `make_dictionary`',
    'Keep 128 elements unless told otherwise, the first in the order of the rows. Refused is a bag with more keys than it may keep.',
  ],
  [
    '`array_concat`',
    'A null among the arrays is left out. No page says so; rules that run in Sentinel put the arrays together that a row has, and null for those that it has not.',
  ],
  [
    '`pivot`, `bag_unpack`',
    'An empty text becomes a column without a name. Without rows, what the query goes on to name exists, of a type that the query takes; the service fails. What parse_json() reads as a datetime has a column of datetimes. Another member whose texts may be times has a column that may not be read: a text that bag_pack() put there stays one, and nothing tells it from a datetime or timespan.',
  ],
  [
    'Windows over users',
    'activity_counts_metrics, active_users_count and sliding_window_counts count their windows from the start; the end belongs to the last one; windows without rows are left out. Counts are exact. Windows of a "week", "month" or "year" begin where startofweek() and its kin say; refused are a start within one, such bins of sliding_window_counts, whose look-back is a multiple of them, and timelines of reals.',
  ],
  [
    '`activity_metrics`, `new_activity_metrics`',
    'Counts are exact, where the service estimates. Refused where the pages leave the answer open: a start that is no multiple of the window, an end that begins a window (subtract 1tick), activity_metrics over a window without rows, new_activity_metrics of a window without new users or with a look-back.',
  ],
  ['`dcount_intersect`', 'Exact, where the service estimates.'],
  [
    '`basket`',
    'Counted exactly, where the service samples rows to find frequent values first. A pattern has every value that all its rows share, and percents have one digit, as in the example of its page; only values that do not follow from the others count as dimensions. Patterns are numbered from the heaviest, which no page says. The column of weights is no dimension. Refused over a dynamic column, by weights of reals, and for more than 20,000 patterns.',
  ],
  [
    '`scan`',
    'Goes over as many rows as memory holds, some 400 bytes each, a million in 5 to 7 s, and inside of partition over all parts at once. Where a step computes something that only DuckDB can (a regular expression, `substring`, `round`, a member of a dynamic) of what earlier rows have assigned, or of this and an earlier row together, or keeps a guid or decimal, it goes over 20,000 rows at most, some 0.5 ms each; more are refused. Inside mv-apply it is refused.',
  ],
  [
    '`row_window_session`',
    'Refused over more than 2,000,000 rows that nothing but the distance from the first divides, and inside mv-apply.',
  ],
  [
    '`sequence_detect`',
    'Every way through the steps, as the page shows; both windows include their ends. Refused where two steps of a sequence, or two rows of one of its steps, have the same time, and where a step has no name.',
  ],
  [
    '`series_fft`, `series_ifft`',
    'The sum without a factor, its inverse over the length. Refused for series that are empty, of different lengths or with elements that are no numbers.',
  ],
  [
    '`series_fit_poly`',
    'Refused where two ways to solve the least squares differ by more than one part in ten million: there the answer depends on the service’s own way. A smaller range of x helps. Variances are the sample’s, as those of series_fit_line.',
  ],
  [
    '`buildschema`',
    'Refused where a place has arrays and bags, nulls, or primitive types whose order in the rows is not that of the alphabet: the page shows no other order.',
  ],
  [
    'Shapes made of shapes',
    'Intersections, unions and what measures a MultiPolygon: corners in the order of the service. Refused where a corner lies on an edge of the other shape (a union may share corners and whole edges), for polygons with holes or results that have one, lines that touch or cross more than once, a union of lines that is not one path. An invalid shape, radius or tolerance gives null.',
  ],
  [
    'Buffers, simplified and densified shapes',
    'geo_point_buffer draws the circle of the service; buffers of lines and polygons are refused. Simplifying answers only where nothing is left of the shape: all corners within the tolerance. Densifying is refused over the antimeridian, and for a longitude beyond 180.',
  ],
  [
    '`union` of a name with several types',
    'Becomes a column for each type, `x_string` and `x_long`. Over all tables of the catalogue, which no workspace has, a check of a query lets the name pass as it is.',
  ],
  [
    'Window functions',
    'Refused over the rows of a table and after operators that the page of serialize calls nonserialized, as by the service. The service’s pages do not say what union, lookup and mv-apply leave: there the functions go by the order of the tables that were sorted, and otherwise run over the rows as they come.',
  ],
  [
    '`top-nested` with `others`',
    'A level that has no others, with levels below it that have, is empty in the row of the others. Where all groups are among the best there is no such row.',
  ],
  [
    '`parse-kv` without delimiters',
    'Words are runs of letters and digits. A text in which listed keys and their values do not alternate with the rest is refused.',
  ],
  [
    '`invoke FileProfile()`',
    'Profiles are the rows of a table file FileProfiles, see `src/backends/local/README.md`; without one ProfileAvailability is `Error`, and the answer warns. Of more files than it may ask for, the first hashes in alphabetical order count.',
  ],
  [
    '`workspace()`, `app()`, `arg()`',
    'Their tables are files of the data folder, see `src/backends/local/README.md`; one without a file is empty, and the answer warns. `resource()`, `adx()`, saved functions of other places and `withsource` over their tables are refused.',
  ],
  [
    'Order of rows',
    'Rows without `sort` have no promised order, here as there. `take` and `any` may choose other rows than the service.',
  ],
]
